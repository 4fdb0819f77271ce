import {
  RuleState as StateMessage,
  type Rule as RuleMessage,
  type RuleTag,
  type Target,
} from '@strongroom/contracts/strongroom/notification/v1/rules';
import { inRange, obeys } from '@strongroom/field-rules';
import { EVENT_BUS, invalid, type Rule, ruleArn, type RuleState, type TargetSettings } from '../../domain/rules/rule';

const states: Readonly<Record<RuleState, StateMessage>> = {
  ENABLED: StateMessage.ENABLED,
  DISABLED: StateMessage.DISABLED,
  ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS: StateMessage.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS,
};

export function toRuleMessage(region: string, rule: Rule): RuleMessage {
  return {
    name: rule.name,
    arn: ruleArn(region, rule.accountId, rule.name),
    eventPattern: rule.eventPattern,
    state: states[rule.state],
    description: rule.description,
    roleArn: rule.roleArn,
    managedBy: rule.managedBy,
    eventBusName: EVENT_BUS,
  };
}

/** @throws ValidationException */
export function stateOf(message: StateMessage): RuleState {
  if (message === StateMessage.UNSPECIFIED) return 'ENABLED';
  const state = (Object.keys(states) as RuleState[]).find((one) => states[one] === message);
  if (state === undefined) throw invalid('State must be one that the contract has.');
  return state;
}

const MAX_TAGS = 50;

/** @throws ValidationException */
export function requireTags(tags: readonly RuleTag[], old: Readonly<Record<string, string>> = {}): Record<string, string> {
  for (const { key, value } of tags) {
    if (!obeys({ min: 1, max: 128 }, key)) throw invalid('Tags must have keys of 1 to 128 characters.');
    if (!obeys({ max: 256 }, value)) throw invalid('Tags must have values of at most 256 characters.');
    if (/^aws:/i.test(key)) throw invalid('Tags must not have keys that begin with "aws:".');
  }
  const all = { ...old, ...Object.fromEntries(tags.map(({ key, value }) => [key, value])) };
  if (!inRange({ max: MAX_TAGS }, Object.keys(all).length)) throw invalid(`A rule must have at most ${MAX_TAGS} tags.`);
  return all;
}

export const toTags = (tags: Readonly<Record<string, string>>): RuleTag[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

export const toTargetMessage = (target: TargetSettings): Target => ({
  ...target,
  inputTransformer: target.inputTransformer && {
    ...target.inputTransformer,
    inputPathsMap: { ...target.inputTransformer.inputPathsMap },
  },
});
