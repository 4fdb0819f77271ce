import type {
  DeleteRuleRequest,
  DeleteRuleResponse,
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  DisableRuleResponse,
  EnableRuleRequest,
  EnableRuleResponse,
  ListRulesRequest,
  ListRulesResponse,
} from '@strongroom/contracts/strongroom/notification/v1/rules';
import { auditOf } from '@strongroom/audit-trail';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { EVENT_BUS, eventBusArn } from '../../domain/rules/rule';
import { requireLimit, requireName } from '../limits';
import type { Call, RuleDependencies } from './dependencies';
import { EVENT_BUS_TYPE, findRule, openRule, requireEventBus, requireForce, within } from './rule-call';
import { toRuleMessage } from './rule-message';

export const describeRule = (d: RuleDependencies) =>
  unary<DescribeRuleRequest, DescribeRuleResponse, Call['caller']>(async ({ name, eventBusName }, call) => {
    requireEventBus(d, call, eventBusName);
    const rule = await openRule(d, call, 'DescribeRule', name);
    return { ...toRuleMessage(d.region, rule), createdBy: rule.accountId };
  });

export const listRules = (d: RuleDependencies) =>
  unary<ListRulesRequest, ListRulesResponse, Call['caller']>(async (request, call) => {
    requireEventBus(d, call, request.eventBusName);
    const limit = requireLimit('Limit', request.limit);
    const { namePrefix } = request;
    if (namePrefix !== '') requireName('NamePrefix', namePrefix);
    const { accountId } = call.caller;
    const question = `ListRules ${accountId} ${namePrefix}`;
    const [after = ''] = readNextToken(request.nextToken, question, 1) ?? [];
    d.authorizer.require(call, { action: 'events:ListRules', resource: '*', resourceAccountId: accountId });
    const found = await d.rules.list(accountId, namePrefix, after, limit + 1);
    const rules = found.slice(0, limit).map((rule) => toRuleMessage(d.region, rule));
    const last = found.length > limit ? rules.at(-1) : undefined;
    return { rules, nextToken: last ? writeNextToken([last.name], question) : '' };
  });

export const enableRule = (d: RuleDependencies) =>
  unary<EnableRuleRequest, EnableRuleResponse, Call['caller']>(async ({ name, eventBusName }, call) => {
    requireEventBus(d, call, eventBusName);
    const { accountId, state } = await openRule(d, call, 'EnableRule', name);
    // One that sees all calls goes on doing so.
    await d.rules.setState(accountId, name, state === 'DISABLED' ? 'ENABLED' : state, within(call));
    return {};
  });

export const disableRule = (d: RuleDependencies) =>
  unary<DisableRuleRequest, DisableRuleResponse, Call['caller']>(async ({ name, eventBusName }, call) => {
    requireEventBus(d, call, eventBusName);
    const { accountId } = await openRule(d, call, 'DisableRule', name);
    await d.rules.setState(accountId, name, 'DISABLED', within(call));
    return {};
  });

export const deleteRule = (d: RuleDependencies) =>
  unary<DeleteRuleRequest, DeleteRuleResponse, Call['caller']>(async ({ name, eventBusName, force }, call) => {
    requireEventBus(d, call, eventBusName);
    const rule = await findRule(d, call, 'DeleteRule', name);
    if (rule === undefined) return {};
    requireForce(rule, force);
    await d.rules.remove(rule.accountId, name, within(call));
    return {};
  });

export const describeEventBus = (d: RuleDependencies) =>
  unary<DescribeEventBusRequest, DescribeEventBusResponse, Call['caller']>(async ({ name }, call) => {
    requireEventBus(d, call, name);
    const { accountId } = call.caller;
    const arn = eventBusArn(d.region, accountId);
    auditOf(call).resource(arn, EVENT_BUS_TYPE);
    d.authorizer.require(call, { action: 'events:DescribeEventBus', resource: arn, resourceAccountId: accountId });
    return { name: EVENT_BUS, arn };
  });
