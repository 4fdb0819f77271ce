import { HOUR, MINUTE } from '@strongroom/clock';
import type { Person } from '@strongroom/console-api';

/** A session ends when the person has done nothing for so long. Milliseconds. */
export const IDLE_MS = 15 * MINUTE;
/** A session ends after this time in any case. Milliseconds. */
export const LONGEST_MS = 12 * HOUR;
/** A link may say that its session ends sooner, but not sooner than this. Milliseconds. */
export const SHORTEST_MS = 15 * MINUTE;

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
  /** How long it lasts at most, if that is less than others do. Milliseconds. */
  readonly lastsMs?: number;
}

/** Epoch milliseconds. */
const endOf = ({ signedInAt, lastsMs = LONGEST_MS }: Session): number => signedInAt + lastsMs;

/** Epoch milliseconds. */
export const idleEndOf = (session: Session): number => Math.min(session.lastSeen + IDLE_MS, endOf(session));

export const hasEnded = (session: Session, now: number): boolean => now >= idleEndOf(session);

export function personOf(session: Session): Person {
  const { accountId, userName, arn, multiFactor, signedInAt } = session;
  return {
    accountId,
    userName,
    arn,
    multiFactor,
    signedInAt: new Date(signedInAt),
    endsAt: new Date(endOf(session)),
    idleEndsAt: new Date(idleEndOf(session)),
  };
}
