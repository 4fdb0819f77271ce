import { auditOf } from '@strongroom/audit-trail';
import type {
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target,
} from '@strongroom/contracts/strongroom/notification/v1/rules';
import { isArn, parseArn } from '@strongroom/arn';
import { isDomainError, limitExceeded } from '@strongroom/errors';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { invalid, MAX_TARGETS, type TargetSettings } from '../../domain/rules/rule';
import { requireInput } from '../../domain/rules/target-input';
import { requireLength, requireLimit, requireName } from '../limits';
import type { Call, RuleDependencies } from './dependencies';
import { openRule, requireEventBus, within } from './rule-call';
import { toTargetMessage } from './rule-message';

const MAX_ARN = 1_600;
const MAX_ENTRIES = 100;

export const putTargets = (d: RuleDependencies) =>
  unary<PutTargetsRequest, PutTargetsResponse, Call['caller']>(async ({ rule: name, eventBusName, targets }, call) => {
    requireEventBus(d, call, eventBusName);
    if (targets.length < 1 || targets.length > MAX_ENTRIES) throw invalid(`Targets must have 1 to ${MAX_ENTRIES} entries.`);
    const settings = targets.map((target) => requireTarget(d, call, target));
    if (new Set(settings.map(({ id }) => id)).size < settings.length) throw invalid('Targets must have different ids.');
    auditOf(call).parameter('targets', settings.map(({ arn }) => arn).join(' '));
    const { accountId } = await openRule(d, call, 'PutTargets', name, { field: 'Rule' });
    const refused = await d.rules.putTargets(accountId, name, settings, within(call));
    const { reason, message } = limitExceeded(`A rule must have at most ${MAX_TARGETS} targets.`);
    const failedEntries = refused.map((targetId) => ({ targetId, errorCode: reason, errorMessage: message }));
    return { failedEntryCount: refused.length, failedEntries };
  });

export const removeTargets = (d: RuleDependencies) =>
  unary<RemoveTargetsRequest, RemoveTargetsResponse, Call['caller']>(async ({ rule: name, eventBusName, ids }, call) => {
    requireEventBus(d, call, eventBusName);
    if (ids.length < 1 || ids.length > MAX_ENTRIES) throw invalid(`Ids must have 1 to ${MAX_ENTRIES} entries.`);
    for (const id of ids) requireName('Ids', id);
    const rule = await openRule(d, call, 'RemoveTargets', name, { field: 'Rule' });
    const missing = await d.rules.removeTargets(rule.accountId, name, ids, within(call));
    const failedEntries = missing.map((targetId) => ({
      targetId,
      errorCode: 'ResourceNotFoundException',
      errorMessage: `Rule ${name} has no such target.`,
    }));
    return { failedEntryCount: missing.length, failedEntries };
  });

export const listTargetsByRule = (d: RuleDependencies) =>
  unary<ListTargetsByRuleRequest, ListTargetsByRuleResponse, Call['caller']>(async (request, call) => {
    requireEventBus(d, call, request.eventBusName);
    const limit = requireLimit('Limit', request.limit);
    const question = `ListTargetsByRule ${call.caller.accountId} ${request.rule}`;
    const [after = ''] = readNextToken(request.nextToken, question, 1) ?? [];
    const { accountId, name } = await openRule(d, call, 'ListTargetsByRule', request.rule, { field: 'Rule' });
    const found = (await d.rules.targets(accountId, name)).filter(({ id }) => id > after);
    const targets = found.slice(0, limit).map(toTargetMessage);
    const last = found.length > limit ? targets.at(-1) : undefined;
    return { targets, nextToken: last ? writeNextToken([last.id], question) : '' };
  });

export const listRuleNamesByTarget = (d: RuleDependencies) =>
  unary<ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse, Call['caller']>(async (request, call) => {
    requireEventBus(d, call, request.eventBusName);
    const limit = requireLimit('Limit', request.limit);
    const targetArn = requireTargetArn(request.targetArn, 'TargetArn');
    const { accountId } = call.caller;
    const question = `ListRuleNamesByTarget ${accountId} ${targetArn}`;
    const [after = ''] = readNextToken(request.nextToken, question, 1) ?? [];
    d.authorizer.require(call, { action: 'events:ListRuleNamesByTarget', resource: '*', resourceAccountId: accountId });
    const found = await d.rules.namesByTarget(accountId, targetArn, after, limit + 1);
    const ruleNames = found.slice(0, limit);
    const last = found.length > limit ? ruleNames.at(-1) : undefined;
    return { ruleNames, nextToken: last === undefined ? '' : writeNextToken([last], question) };
  });

function requireTarget({ kinds }: RuleDependencies, call: Call, target: Target): TargetSettings {
  const { id, input, inputPath, inputTransformer, roleArn } = target;
  requireName('Id', id);
  const arn = requireTargetArn(target.arn, `Target ${id}: Arn`);
  if (!kinds.some((kind) => kind.matches(arn))) throw invalid(`Target ${id}: Arn must be the ARN of a topic or a webhook.`);
  if (parseArn(arn).account !== call.caller.accountId) throw invalid(`Target ${id}: Arn must be of the rule's own account.`);
  const settings = { id, arn, input, inputPath, inputTransformer, roleArn: requireLength('RoleArn', roleArn, MAX_ARN) };
  requireInput(settings);
  return settings;
}

function requireTargetArn(arn: string, field: string): string {
  requireLength(field, arn, MAX_ARN);
  if (!isArn(arn) || /[^\x21-\x7e]/.test(arn)) throw invalid(`${field} must be an ARN.`);
  try {
    parseArn(arn, field);
  } catch (error) {
    throw isDomainError(error) ? invalid(error.message) : error;
  }
  return arn;
}
