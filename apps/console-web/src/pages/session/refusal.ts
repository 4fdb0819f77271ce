import { problemOf } from '../../app/api-error';
import { commonTexts } from '../../texts/common';
import { sessionTexts as texts } from '../../texts/session';

const SECOND = 1_000;

/** Why signing in was refused, in a sentence. The service gives all wrong proofs one answer; `wrong` says it for them. */
export function refusalOf(error: unknown, wrong: string): string {
  const { kind, message, retryAfterMs } = problemOf(error);
  if (kind === undefined) return commonTexts.problem.unreachableText;
  if (kind === 'unauthenticated') return wrong;
  if (kind === 'resource-exhausted' && retryAfterMs !== undefined) return texts.slowed(Math.ceil(retryAfterMs / SECOND));
  return message;
}
