import type { ErrorKind } from '@strongroom/errors';

/** Why a call was refused or failed, as the page shows it. */
export interface Problem {
  /** What decides how the page behaves; `unauthenticated`: the session has ended, and the person must sign in. */
  readonly kind: ErrorKind;
  /** The error's name as AWS has it, such as `AccessDeniedException`. */
  readonly reason: string;
  /** A sentence that names the field and the rule, or the right that is missing; never a value. */
  readonly message: string;
  /** The field of the request that breaks a rule, such as `secretId` or `tags[2].key`, if it is known. */
  readonly field?: string;
  /** When to try again at the earliest, in milliseconds from now; of what was throttled. */
  readonly retryAfterMs?: number;
  /** Finds the call in logs, traces and the trail. */
  readonly requestId?: string;
}

/** A part of an answer that was put together from several calls: each is known, or refused by itself. */
export type Part<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly problem: Problem };
