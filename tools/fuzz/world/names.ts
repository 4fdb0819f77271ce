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

/** Something that exists, and its twin, which looks just like it and does not exist. */
export interface Twin {
  existing: string;
  absent: string;
}

/** What there is on the cluster, for a request to name. A thing has several spellings: a name, an ARN, parts of one. */
export interface World {
  /** A text in every value that must not appear anywhere. */
  canary: string;
  /** A text that appears, as descriptions do: a search for the canary must find it. */
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
