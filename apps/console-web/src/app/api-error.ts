import { TRPCClientError } from '@trpc/client';
import type { Problem } from '@strongroom/console-api';

/** A failed call as the page shows it. Without a kind it got no answer: the connection or the console is down. */
export type ApiProblem = Partial<Problem> & { readonly message: string };

/** Reads any thrown thing as a problem. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof TRPCClientError) {
    const { problem } = (error.data ?? {}) as { problem?: Problem };
    return problem ?? { message: error.message };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Whether the services have refused, so that asking once more changes nothing. */
export function isRefusal(error: unknown): boolean {
  const { kind } = problemOf(error);
  return kind !== undefined && kind !== 'unavailable' && kind !== 'resource-exhausted' && kind !== 'internal';
}

/** Whether the person is not signed in, or not any more. */
export const isSignedOut = (error: unknown): boolean => problemOf(error).kind === 'unauthenticated';
