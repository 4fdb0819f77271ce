import type { CompiledPolicy, RequestPrincipal } from '@strongroom/policy';

/** Who makes a call, with everything that decides what they may do. Immutable, and shared by all calls with one credential. */
export interface Caller {
  /** Names the credential without being one: `cert:<uri>`, `session:<access key id>` or `key:<access key id>`. */
  readonly credentialId: string;
  readonly kind: 'user' | 'assumed-role' | 'service' | 'web-identity';
  /** Of a user or role session. For a service: `arn:aws:iam::<cluster account>:service/<name>`. For a web identity: ''. */
  readonly arn: string;
  /** 12 digits; for a web identity, its provider's account. */
  readonly accountId: string;
  /** aws:userid: `AIDA…`, `AROA…:SESSION`, `service:<name>`; for a web identity, `<provider's ARN>:<audience>:<subject>`. */
  readonly userId: string;
  /** The user's name; for a web identity, its subject. */
  readonly userName?: string;
  /** For a role session: the ARN of its role. */
  readonly roleArn?: string;
  readonly sessionName?: string;
  /** aws:PrincipalTag/…: the tags of the user or role and of the session, with keys as they were written. */
  readonly tags: ReadonlyMap<string, string>;
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  readonly session?: readonly CompiledPolicy[];
  /** For a session: `ASIA…`; for an access key: `AKIA…`. */
  readonly accessKeyId?: string;
  /** For a session: when it began. */
  readonly issueTime?: Date;
  /** For a session: when it ends. */
  readonly expireTime?: Date;
  /** For a session that began with a second factor: when that was shown. */
  readonly multiFactorAuthTime?: Date;
  /** The caller as policies see it. */
  readonly principal: RequestPrincipal;
}

/**
 * Finds the caller that a credential identifies: `undefined` if there is none now. Fails with `serviceUnavailable` if it cannot
 * know.
 */
export interface PrincipalSource {
  /** The URI SAN of a verified client certificate. */
  byCertificate(uri: string): Promise<Caller | undefined>;
  /** A session token as the caller sent it. */
  byToken(token: string): Promise<Caller | undefined>;
  /** What `Caller.credentialId` said to another service. */
  byCredentialId(credentialId: string): Promise<Caller | undefined>;
  /**
   * While it stays the same, every answer would still be the same, but for sessions that have ended. undefined: it cannot know.
   */
  readonly revision?: number;
}

/**
 * The names under which servers count a caller's calls and streams: its account, and the user or role that it is, whatever
 * sessions it has.
 */
export const countedBy = {
  accountOf: ({ accountId }: Caller): string => accountId,
  callerOf: ({ arn, roleArn, userId }: Caller): string => roleArn ?? (arn === '' ? userId : arn),
};
