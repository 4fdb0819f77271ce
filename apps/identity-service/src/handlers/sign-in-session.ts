import type { Client, SignedIn } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { identityNumbers } from '@strongroom/field-rules';
import { isIP } from 'node:net';
import { checkDuration } from '../domain/field-rules';
import { validationError } from '../domain/iam-errors';
import { arnOfIdentity, type Identity } from '../domain/identity';
import { beginSession } from '../domain/sessions';
import type { Change } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import type { SignInAttempt } from './sign-in-trail';

/** Twelve hours at most: nobody works longer in one go. */
const DURATION = { ...identityNumbers.roleSessionDuration, default: 43_200 };

export const signInDuration = (seconds: number | undefined): number => checkDuration(seconds, DURATION, 'duration_seconds');

/** The browser, as the console saw it. @throws ValidationError */
export function clientOf(client: Client | undefined): { sourceIp: string; userAgent: string } {
  const { sourceIp = '', userAgent = '' } = client ?? {};
  if (isIP(sourceIp) === 0) throw validationError('client.source_ip must be an IP address.');
  return { sourceIp, userAgent: userAgent.slice(0, 256) };
}

interface SignInSession {
  user: Identity;
  source: string;
  /** Seconds. */
  duration: number;
  multiFactorAuthTime?: Date;
}

/**
 * Begins the session of somebody who has signed in, in a transaction of its own, and not without its event. `work` proves in the
 * transaction that it may begin, and says which. Where nothing came of it, the trail says so.
 */
export async function beginSignInSession(
  d: Dependencies,
  deadline: number,
  attemptOf: (session: SignInSession) => SignInAttempt,
  work: (change: Change) => Promise<SignInSession>,
): Promise<SignedIn> {
  const minted = d.mint.newSession();
  let begun: { session: SignInSession; eventId?: string } | undefined;
  const beforeCommit = async () => {
    begun!.eventId ??= await d.signIns.succeeded(attemptOf(begun!.session), deadline);
  };
  try {
    return await d.store.change({ deadline, beforeCommit }, async (change) => {
      const session = await work(change);
      const { user, source, duration, multiFactorAuthTime } = session;
      begun = { session, eventId: begun?.eventId };
      const { client } = attemptOf(session);
      const credentials = await beginSession(change, minted, {
        accountId: user.accountId,
        identityId: user.id,
        source,
        issueTime: d.clock.now(),
        duration,
        multiFactorAuthTime,
        sourceIpAddress: client.sourceIp.slice(0, 45),
        userAgent: client.userAgent,
      });
      return {
        credentials,
        credentialId: `session:${minted.accessKeyId}`,
        accountId: user.accountId,
        userName: user.name,
        arn: arnOfIdentity(user),
        multiFactor: multiFactorAuthTime !== undefined,
      };
    });
  } catch (error) {
    if (begun?.eventId !== undefined) await d.signIns.failed(attemptOf(begun.session), deadline, begun.eventId);
    throw error;
  }
}
