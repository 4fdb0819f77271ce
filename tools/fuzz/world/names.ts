/** What requests can name. */
export const things = [
  'secret',
  'version',
  'key',
  'alias',
  'user',
  'group',
  'role',
  'policyArn',
  'accessKey',
  'certificate',
  'provider',
  'function',
  'run',
  'account',
  'principal',
  'token',
] as const;

export type Thing = (typeof things)[number];

/** Something that exists, and what looks just like it and does not. */
export interface Twin {
  existing: string;
  absent: string;
}

/** What there is on the cluster, for a request to name. A thing has several spellings: a name, an ARN, parts of one. */
export interface World {
  /** In every value that must not show anywhere. */
  canary: string;
  /** Shows, as a description does: what searches for the canary must find it. */
  control: string;
  region: string;
  accountId: string;
  otherAccountId: string;
  /** Of the account's administrator, who may do what it likes with them: they come and go. */
  own: Readonly<Record<Thing, readonly string[]>>;
  /** Of the other account's user. */
  others: Readonly<Record<Thing, readonly string[]>>;
  /** In the first account, and out of reach for all but its administrator, who never names them. */
  kept: Readonly<Record<Thing, readonly Twin[]>>;
}
