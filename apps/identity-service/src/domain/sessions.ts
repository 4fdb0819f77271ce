import type { NewSessionCredentials } from './credentials';
import type { Change, Session } from './store.port';

type BegunWith = 'multiFactorAuthTime' | 'sourceIpAddress' | 'userAgent';

/** What of a session is said by whoever begins it; the rest comes from its credentials. */
type Begun = Pick<Session, 'accountId' | 'identityId' | 'source' | 'issueTime'> &
  Partial<Pick<Session, 'sessionName' | 'tags' | 'transitiveTagKeys' | 'policies' | 'policyArns' | BegunWith>> & {
    /** Seconds. */
    duration: number;
  };

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Keeps a new session; the answer has what its owner needs, and no other trace of that is left. */
export async function beginSession(
  change: Change,
  { accessKeyId, secretAccessKey, sessionToken, tokenHash, sealedSecret }: NewSessionCredentials,
  { duration, ...begun }: Begun,
): Promise<SessionCredentials> {
  const expiration = new Date(begun.issueTime.getTime() + duration * 1_000);
  await change.sessions.add({
    tags: [],
    transitiveTagKeys: [],
    policies: [],
    policyArns: [],
    ...begun,
    accessKeyId,
    tokenHash,
    sealedSecret,
    expireTime: expiration,
  });
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

/** Ends one session. Answers how many that had not expired were ended. */
export async function revokeSession(change: Change, { accessKeyId, expireTime }: Session, now: Date): Promise<number> {
  await change.sessions.remove(accessKeyId);
  change.changed(accessKeyId);
  return expireTime > now ? 1 : 0;
}

/** Ends all sessions of a user or role. Answers how many that had not expired were ended. */
export function revokeSessionsOf(change: Change, identityId: string, now: Date): Promise<number> {
  change.changed(identityId);
  return change.sessions.removeOf(identityId, now);
}
