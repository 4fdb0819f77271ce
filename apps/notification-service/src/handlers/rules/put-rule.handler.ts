import type { PutRuleRequest, PutRuleResponse } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { DomainError } from '@strongroom/errors';
import { compilePattern, PatternFault } from '@strongroom/event-pattern';
import { unary } from '@strongroom/grpc-kit';
import { requestTags } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { invalid, ruleArn } from '../../domain/rules/rule';
import { requireLength, requireName } from '../limits';
import type { Call, RuleDependencies } from './dependencies';
import { requireEventBus, RULE_TYPE, within } from './rule-call';
import { requireTags, stateOf } from './rule-message';

const MAX_DESCRIPTION = 512;
const MAX_ROLE = 1_600;

export const putRule = (d: RuleDependencies) =>
  unary<PutRuleRequest, PutRuleResponse, Call['caller']>(async (request, call) => {
    const name = requireName('Name', request.name);
    requireEventBus(d, call, request.eventBusName);
    const { accountId } = call.caller;
    const eventPattern = requirePattern(request.eventPattern);
    const description = requireLength('Description', request.description, MAX_DESCRIPTION);
    const roleArn = requireLength('RoleArn', request.roleArn, MAX_ROLE);
    const tags = requireTags(request.tags);
    const state = stateOf(request.state);
    const arn = ruleArn(d.region, accountId, name);
    const audit = auditOf(call);
    audit.parameter('name', name);
    audit.parameter('state', state);
    audit.resource(arn, RULE_TYPE);
    const old = await d.rules.find(accountId, name);
    d.authorizer.require(call, {
      action: 'events:PutRule',
      resource: arn,
      resourceAccountId: accountId,
      resourceTags: old?.tags,
      context: requestTags(Object.entries(tags)),
    });
    await d.rules.put(
      { accountId, name, description, eventPattern, state, roleArn, managedBy: old?.managedBy ?? '', tags },
      within(call),
    );
    return { ruleArn: arn };
  });

/** @throws InvalidEventPatternException */
export function requirePattern(text: string): string {
  if (text === '') throw invalid('EventPattern must be there: Strongroom has no rules with a schedule.');
  try {
    compilePattern(text);
    return text;
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw invalidPattern(error.message);
  }
}

const invalidPattern = (reason: string): DomainError =>
  new DomainError({
    kind: 'invalid-argument',
    reason: 'InvalidEventPatternException',
    message: `Event pattern is not valid. Reason: ${reason}`,
  });
