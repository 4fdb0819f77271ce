import { requestTags } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  ListRuleTagsRequest,
  ListRuleTagsResponse,
  TagRuleRequest,
  TagRuleResponse,
  UntagRuleRequest,
  UntagRuleResponse,
} from '@strongroom/contracts/strongroom/notification/v1/rules';
import { unary } from '@strongroom/grpc-kit';
import { noSuchRule } from '../../domain/rules/no-such-rule';
import { invalid, ruleArn } from '../../domain/rules/rule';
import type { Call, RuleDependencies } from './dependencies';
import { nameOfRule, openRuleByArn, RULE_TYPE, within } from './rule-call';
import { requireTags, toTags } from './rule-message';

export const tagRule = (d: RuleDependencies) =>
  unary<TagRuleRequest, TagRuleResponse, Call['caller']>(async ({ resourceArn, tags }, call) => {
    const { accountId } = call.caller;
    const name = nameOfRule(call, resourceArn);
    const arn = ruleArn(d.region, accountId, name);
    auditOf(call).resource(arn, RULE_TYPE);
    const rule = await d.rules.find(accountId, name);
    d.authorizer.require(call, {
      action: 'events:TagResource',
      resource: arn,
      resourceAccountId: accountId,
      resourceTags: rule?.tags,
      context: requestTags(Object.entries(requireTags(tags))),
    });
    if (rule === undefined) throw noSuchRule(name);
    await d.rules.setTags(accountId, name, requireTags(tags, rule.tags), within(call));
    return {};
  });

export const untagRule = (d: RuleDependencies) =>
  unary<UntagRuleRequest, UntagRuleResponse, Call['caller']>(async ({ resourceArn, tagKeys }, call) => {
    if (tagKeys.length > 50) throw invalid('TagKeys must have at most 50 keys.');
    const { accountId, name, tags } = await openRuleByArn(d, call, 'UntagResource', resourceArn, { 'aws:tagkeys': tagKeys });
    const left = Object.fromEntries(Object.entries(tags).filter(([key]) => !tagKeys.includes(key)));
    await d.rules.setTags(accountId, name, left, within(call));
    return {};
  });

export const listRuleTags = (d: RuleDependencies) =>
  unary<ListRuleTagsRequest, ListRuleTagsResponse, Call['caller']>(async ({ resourceArn }, call) => {
    const { tags } = await openRuleByArn(d, call, 'ListTagsForResource', resourceArn);
    return { tags: toTags(tags) };
  });
