import { RuleState } from '@strongroom/contracts/strongroom/notification/v1/rules';
import type { ruleService } from '@strongroom/methods';
import { flag, integer, list, map, oneOf, refused, required, structure, text } from '../model/shapes';
import { operationsOf, type Operations } from './operation';

const of = operationsOf<typeof ruleService>('rules');

const NAME = { min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' } as const;
const ruleName = required(text(NAME));
const bus = text({
  min: 1,
  max: 1_600,
  pattern: '(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+',
});
const onBus = { EventBusName: bus };
const ofRule = { Name: ruleName, ...onBus };
const arn = required(text({ min: 1, max: 1_600 }));
const page = { NextToken: text({ min: 1, max: 2_048 }), Limit: integer({ min: 1, max: 100 }) };
const roleArn = text({ min: 1, max: 1_600 });
const state = oneOf({
  ENABLED: RuleState.ENABLED,
  DISABLED: RuleState.DISABLED,
  ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS: RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS,
});
const tags = list(structure({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ max: 256 })) }));
const outTags = list(structure({ Key: required(text()), Value: required(text()) }));

const rule = {
  Name: text(),
  Arn: text(),
  EventPattern: text(),
  State: state,
  Description: text(),
  RoleArn: text(),
  ManagedBy: text(),
  EventBusName: text(),
};
/** What a target of AWS's other services would need. */
const otherTargets = {
  KinesisParameters: refused(),
  RunCommandParameters: refused(),
  EcsParameters: refused(),
  BatchParameters: refused(),
  SqsParameters: refused(),
  HttpParameters: refused(),
  RedshiftDataParameters: refused(),
  SageMakerPipelineParameters: refused(),
  DeadLetterConfig: refused(),
  RetryPolicy: refused(),
  AppSyncParameters: refused(),
};
const inputs = {
  Input: text({ max: 8_192 }),
  InputPath: text({ max: 256 }),
  InputTransformer: structure({
    InputPathsMap: map(text({ max: 256 }), { max: 100 }),
    InputTemplate: required(text({ min: 1, max: 8_192 })),
  }),
};
const target = structure({ Id: required(text(NAME)), Arn: arn, RoleArn: roleArn, ...inputs, ...otherTargets });
const outTarget = structure({ Id: required(text()), Arn: required(text()), RoleArn: text(), ...inputs });
const failures = {
  FailedEntryCount: required(integer()),
  FailedEntries: required(list(structure({ TargetId: text(), ErrorCode: text(), ErrorMessage: text() }))),
};
/** Amazon EventBridge, 2015-10-07: rules on the default event bus. */
export const events: Operations = new Map(
  Object.entries({
    DeleteRule: of('deleteRule', { ...ofRule, Force: flag }),
    DescribeEventBus: of('describeEventBus', { Name: bus }, { Name: text(), Arn: text() }),
    DescribeRule: of('describeRule', ofRule, { ...rule, CreatedBy: text() }),
    DisableRule: of('disableRule', ofRule),
    EnableRule: of('enableRule', ofRule),
    ListRuleNamesByTarget: of(
      'listRuleNamesByTarget',
      { TargetArn: arn, ...onBus, ...page },
      { RuleNames: list(text()), NextToken: text() },
    ),
    ListRules: of(
      'listRules',
      { NamePrefix: text(NAME), ...onBus, ...page },
      { Rules: required(list(structure(rule))), NextToken: text() },
    ),
    ListTagsForResource: of('listRuleTags', { ResourceARN: arn }, { Tags: required(outTags) }),
    ListTargetsByRule: of(
      'listTargetsByRule',
      { Rule: ruleName, ...onBus, ...page },
      { Targets: required(list(outTarget)), NextToken: text() },
    ),
    PutRule: of(
      'putRule',
      {
        Name: ruleName,
        ScheduleExpression: refused(),
        EventPattern: text({ max: 4_096 }),
        State: state,
        Description: text({ max: 512 }),
        RoleArn: roleArn,
        Tags: tags,
        ...onBus,
      },
      { RuleArn: text() },
    ),
    PutTargets: of('putTargets', { Rule: ruleName, ...onBus, Targets: required(list(target, { min: 1, max: 100 })) }, failures),
    RemoveTargets: of(
      'removeTargets',
      { Rule: ruleName, ...onBus, Ids: required(list(text(NAME), { min: 1, max: 100 })), Force: flag },
      failures,
    ),
    TagResource: of('tagRule', { ResourceARN: arn, Tags: required(tags) }),
    TestEventPattern: of(
      'testEventPattern',
      { EventPattern: required(text({ max: 4_096 })), Event: required(text({ max: 262_144 })) },
      { Result: flag },
    ),
    UntagResource: of('untagRule', { ResourceARN: arn, TagKeys: required(list(text({ min: 1, max: 128 }))) }),
  }),
);
