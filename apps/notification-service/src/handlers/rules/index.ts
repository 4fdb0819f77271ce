import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { ruleService } from '@strongroom/methods';
import type { RuleDependencies } from './dependencies';
import { putRule } from './put-rule.handler';
import { deleteRule, describeEventBus, describeRule, disableRule, enableRule, listRules } from './rule.handlers';
import { listRuleTags, tagRule, untagRule } from './tag.handlers';
import { listRuleNamesByTarget, listTargetsByRule, putTargets, removeTargets } from './target.handlers';
import { testEventPattern } from './test-event-pattern.handler';

export const ruleHandlers = (d: RuleDependencies) =>
  served<typeof ruleService, Caller>(ruleService, {
    putRule: putRule(d),
    describeRule: describeRule(d),
    listRules: listRules(d),
    enableRule: enableRule(d),
    disableRule: disableRule(d),
    deleteRule: deleteRule(d),
    putTargets: putTargets(d),
    removeTargets: removeTargets(d),
    listTargetsByRule: listTargetsByRule(d),
    listRuleNamesByTarget: listRuleNamesByTarget(d),
    testEventPattern: testEventPattern(d),
    tagRule: tagRule(d),
    untagRule: untagRule(d),
    listRuleTags: listRuleTags(d),
    describeEventBus: describeEventBus(d),
  });
