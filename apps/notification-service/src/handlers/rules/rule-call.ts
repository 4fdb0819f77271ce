import type { AccessCheck } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { resourceNotFound } from '@strongroom/errors';
import { EVENT_BUS, eventBusArn, invalid, managedRule, type Rule, ruleArn } from '../../domain/rules/rule';
import type { Within } from '../../domain/rules/rule-store.port';
import { noSuchRule } from '../../domain/rules/no-such-rule';
import { requireLength, requireName } from '../limits';
import type { Call, RuleDependencies } from './dependencies';

export const RULE_TYPE = 'AWS::Events::Rule';
export const EVENT_BUS_TYPE = 'AWS::Events::EventBus';

type Asked = Pick<RuleDependencies, 'authorizer' | 'rules' | 'region'>;

interface Question {
  /** Of the request, which names the rule. Default: Name. */
  field?: string;
  /** Condition keys of the request. */
  context?: AccessCheck['context'];
}

/** There is one event bus of each account. @throws ResourceNotFoundException for another */
export function requireEventBus({ region }: Pick<RuleDependencies, 'region'>, call: Call, name: string): void {
  requireLength('EventBusName', name, 1_600);
  const known = ['', EVENT_BUS, eventBusArn(region, call.caller.accountId)];
  if (!known.includes(name)) throw resourceNotFound(`Event bus ${name} does not exist.`);
}

/** Whether the caller may do this with a rule, whether it exists or not. Returns the rule, if it does. */
export async function findRule(
  d: Asked,
  call: Call,
  action: string,
  name: string,
  { field = 'Name', context }: Question = {},
): Promise<Rule | undefined> {
  requireName(field, name);
  const { accountId } = call.caller;
  const arn = ruleArn(d.region, accountId, name);
  const audit = auditOf(call);
  audit.parameter('name', name);
  audit.resource(arn, RULE_TYPE);
  const rule = await d.rules.find(accountId, name);
  d.authorizer.require(call, {
    action: `events:${action}`,
    resource: arn,
    resourceAccountId: accountId,
    resourceTags: rule?.tags,
    context,
  });
  return rule;
}

/** The same. @throws ResourceNotFoundException if it does not exist */
export async function openRule(d: Asked, call: Call, action: string, name: string, question?: Question): Promise<Rule> {
  const rule = await findRule(d, call, action, name, question);
  if (rule === undefined) throw noSuchRule(name);
  return rule;
}

/** The name in the ARN of a rule of the caller's account. @throws ResourceNotFoundException for another account's */
export function nameOfRule(call: Call, arn: string): string {
  const found = /^arn:aws:events:[a-z0-9-]+:(\d{12}):rule\/(?:default\/)?(.+)$/.exec(requireLength('ResourceARN', arn, 1_600));
  if (found === null) throw invalid('ResourceARN must be the ARN of a rule.');
  const [, accountId, name] = found;
  if (accountId !== call.caller.accountId) throw noSuchRule(name!);
  return requireName('ResourceARN', name!);
}

/** The rule of an ARN. @throws ResourceNotFoundException if it does not exist */
export async function openRuleByArn(
  d: Asked,
  call: Call,
  action: string,
  arn: string,
  context?: Question['context'],
): Promise<Rule> {
  return openRule(d, call, action, nameOfRule(call, arn), { field: 'ResourceARN', context });
}

/** What Strongroom has made is deleted only by whoever says so twice. @throws ManagedRuleException */
export function requireForce({ managedBy }: Rule, force: boolean): void {
  if (managedBy !== '' && !force) throw managedRule();
}

export const within = (call: Call): Within => ({ beforeCommit: () => auditOf(call).commit(), deadline: call.deadline });
