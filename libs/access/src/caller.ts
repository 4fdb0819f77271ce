import type { CompiledPolicy, RequestPrincipal } from '@strongroom/policy';

/** Who a call comes from, with everything that decides what it may do. Immutable; shared by all calls of one credential. */
export interface Caller {
  /** Names the credential without being one: `cert:<uri>`, `session:<access key id>` or `key:<access key id>`. */
  readonly credentialId: string;
  readonly kind: 'user' | 'assumed-role' | 'service' | 'web-identity';
  /** Of a user or role session; of a service `arn:aws:iam::<cluster account>:service/<name>`; of a web identity ''. */
  readonly arn: string;
  /** 12 digits; of a web identity its provider's. */
  readonly accountId: string;
  /** aws:userid: `AIDA…`, `AROA…:SESSION`, `service:<name>`; of a web identity `<provider's ARN>:<audience>:<subject>`. */
  readonly userId: string;
  /** Of a user; of a web identity its subject. */
  readonly userName?: string;
  /** Of a role session: the ARN of its role. */
  readonly roleArn?: string;
  readonly sessionName?: string;
  /** aws:PrincipalTag/…: the user's or role's tags and the session's, keys as they were written. */
  readonly tags: ReadonlyMap<string, string>;
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  readonly session?: readonly CompiledPolicy[];
  /** Of a session: `ASIA…`; of an access key: `AKIA…`. */
  readonly accessKeyId?: string;
  /** Of a session: when it began. */
  readonly issueTime?: Date;
  /** Of a session: nobody's from then on. */
  readonly expireTime?: Date;
  /** The caller as policies see it. */
  readonly principal: RequestPrincipal;
}

/** Finds out who a credential stands for: `undefined` means nobody, now. Fails with `serviceUnavailable` when it cannot know. */
export interface PrincipalSource {
  /** The URI SAN of a verified client certificate. */
  byCertificate(uri: string): Promise<Caller | undefined>;
  /** A session token as the caller sent it. */
  byToken(token: string): Promise<Caller | undefined>;
  /** What `Caller.credentialId` said to another service. */
  byCredentialId(credentialId: string): Promise<Caller | undefined>;
}

/** What servers count a caller's calls and streams by: its account, and, whatever sessions it has, the user or role that it is. */
export const countedBy = {
  accountOf: ({ accountId }: Caller): string => accountId,
  callerOf: ({ arn, roleArn, userId }: Caller): string => roleArn ?? (arn === '' ? userId : arn),
};
