import { HOUR, MINUTE } from '@strongroom/clock';
import type { Person } from '@strongroom/console-api';

/** A session ends when the person has done nothing for so long. Milliseconds. */
export const IDLE_MS = 15 * MINUTE;
/** A session ends after this time in any case. Milliseconds. */
export const LONGEST_MS = 12 * HOUR;

/** What the console knows of a person who has signed in. It holds nothing that proves who they are. */
export interface Session {
  /** As identity-service names the credential, for calls on behalf of the person. */
  readonly credentialId: string;
  readonly accountId: string;
  readonly userName: string;
  readonly arn: string;
  readonly multiFactor: boolean;
  /** Epoch milliseconds. */
  readonly signedInAt: number;
  /** When the person last did something. Epoch milliseconds. */
  readonly lastSeen: number;
}

/** Epoch milliseconds. */
export const idleEndOf = ({ signedInAt, lastSeen }: Session): number => Math.min(lastSeen + IDLE_MS, signedInAt + LONGEST_MS);

export const hasEnded = (session: Session, now: number): boolean => now >= idleEndOf(session);

export function personOf(session: Session): Person {
  const { accountId, userName, arn, multiFactor, signedInAt } = session;
  return {
    accountId,
    userName,
    arn,
    multiFactor,
    signedInAt: new Date(signedInAt),
    endsAt: new Date(signedInAt + LONGEST_MS),
    idleEndsAt: new Date(idleEndOf(session)),
  };
}
