import type { TestEventPatternRequest, TestEventPatternResponse } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { compilePattern, type JsonObject } from '@strongroom/event-pattern';
import { unary } from '@strongroom/grpc-kit';
import { invalid } from '../../domain/rules/rule';
import type { Call, RuleDependencies } from './dependencies';
import { requirePattern } from './put-rule.handler';

/** In UTF-16 code units, as in EventBridge. */
const MAX_EVENT = 256 * 1_024;
/** What an event must have to be one. */
const FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

export const testEventPattern = (d: RuleDependencies) =>
  unary<TestEventPatternRequest, TestEventPatternResponse, Call['caller']>(async ({ eventPattern, event }, call) => {
    const { accountId } = call.caller;
    d.authorizer.require(call, { action: 'events:TestEventPattern', resource: '*', resourceAccountId: accountId });
    const pattern = compilePattern(requirePattern(eventPattern));
    return { result: pattern.matches(requireEvent(event)) };
  });

function requireEvent(text: string): JsonObject {
  if (text.length > MAX_EVENT) throw invalid(`Event must have at most ${MAX_EVENT} characters.`);
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw invalid('Event must be JSON.');
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw invalid('Event must be a JSON object.');
  const missing = FIELDS.find((field) => !Object.hasOwn(event, field));
  if (missing !== undefined) throw invalid(`Event must have the field ${missing}.`);
  return event as JsonObject;
}
