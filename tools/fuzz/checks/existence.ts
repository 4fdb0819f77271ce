import type { Plan } from '../requests/plan';
import type { Answer } from '../senders/answer';
import type { Twin } from '../world/names';
import { type Finding, generalise } from './finding';

/** Operations whose answers follow from the request alone. */
const COMPARED_WHOLE = /\.?(?:BatchGetSecretValue|ValidateResourcePolicy)$/;

const isThrottled = ({ status, reason }: Answer): boolean => status === 'RESOURCE_EXHAUSTED' || reason.startsWith('Throttling');

/** As AWS's refusals of old signatures say when it is. */
const MOMENT = /\b\d{8}T\d{6}Z\b/g;

/** The visible part of an answer, without the requested names and the time of day. */
function visible(
  { status, reason, message, details, content }: Answer,
  twins: readonly Twin[],
  which: keyof Twin,
  isWhole: boolean,
): string {
  const names = [...twins].sort((one, other) => other[which].length - one[which].length);
  const text = [status, reason, message, details.join(), isWhole ? content : ''].join('\n').replace(MOMENT, '<TIME>');
  return names.reduce((rest, twin) => rest.replaceAll(twin[which], '<NAME>'), text);
}

/**
 * Compares the answers to the same request about something that exists and about something that does not exist, for a caller who
 * may not know which one exists.
 */
export function checkExistence({ index, target, kind, caller, twins }: Plan, answers: readonly Answer[]): Finding[] {
  const [existing, absent] = answers;
  if (kind !== 'existence' || existing === undefined || absent === undefined) return [];
  if (twins.length === 0 || isThrottled(existing) || isThrottled(absent)) return [];
  const isWhole = COMPARED_WHOLE.test(target);
  const [one, other] = [visible(existing, twins, 'existing', isWhole), visible(absent, twins, 'absent', isWhole)];
  if (one === other) return [];
  const brief = ({ status, reason, message }: Answer) => generalise(`${status} ${reason} ${message}`.slice(0, 95));
  return [{ check: 'tells what exists', target, index, seen: generalise(`to ${caller}: ${brief(existing)} | ${brief(absent)}`) }];
}
