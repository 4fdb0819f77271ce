import { RuleServiceService } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { change, describeService, frontDoors, read } from './method';

/** Policies decide what a caller may do. AWS's clients come through the gateway. */
const forCallers = { callers: 'authenticated', onBehalf: frontDoors } as const;
const callersRead = { ...forCallers, ...read } as const;
/** Done twice, it is as done once. */
const callersSet = { ...forCallers, ...change, idempotent: true } as const;

export const ruleService = describeService(RuleServiceService, 'events.amazonaws.com', {
  putRule: callersSet,
  describeRule: callersRead,
  listRules: callersRead,
  enableRule: callersSet,
  disableRule: callersSet,
  deleteRule: callersSet,
  putTargets: callersSet,
  removeTargets: callersSet,
  listTargetsByRule: callersRead,
  listRuleNamesByTarget: callersRead,
  testEventPattern: callersRead,
  tagRule: { ...callersSet, eventName: 'TagResource' },
  untagRule: { ...callersSet, eventName: 'UntagResource' },
  listRuleTags: { ...callersRead, eventName: 'ListTagsForResource' },
  describeEventBus: callersRead,
});
