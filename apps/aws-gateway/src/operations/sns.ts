import type { topicService } from '@strongroom/methods';
import { AwsError } from '../aws-error';
import type { Fields } from '../model/message';
import { blob, flag, list, map, type Members, refused, required, structure, text } from '../model/shapes';
import { type Hooks, operationsOf, type Operations } from './operation';

const of = operationsOf<typeof topicService>('topics');

const TopicArn = required(text());
const SubscriptionArn = required(text());
const NextToken = text();
const attributes = map(text());
const Attributes = required(attributes);
const tags = list(structure({ Key: required(text()), Value: required(text()) }));
const subscriptions = required(
  list(structure({ SubscriptionArn: text(), Owner: required(text()), Protocol: text(), Endpoint: text(), TopicArn: text() })),
);

const message: Members = {
  Message: required(text()),
  Subject: text(),
  MessageStructure: text(),
  MessageAttributes: map(structure({ DataType: required(text()), StringValue: text(), BinaryValue: blob() }), {
    names: ['Name', 'Value'],
  }),
  MessageDeduplicationId: refused(),
  MessageGroupId: refused(),
};
const attribute: Members = { AttributeName: required(text()), AttributeValue: text() };
/** A topic may be named as the target. */
const toTopic: Hooks = {
  check: ({ TopicArn: topic, TargetArn: target }) =>
    (topic === undefined) === (target === undefined)
      ? new AwsError('InvalidParameter', 'Invalid parameter: TopicArn or TargetArn Reason: one of them must be there')
      : undefined,
  toRequest: ({ targetArn, ...fields }: Fields) => ({ ...fields, topicArn: fields['topicArn'] ?? targetArn }),
};

/** AWS SNS, 2010-03-31. */
export const sns: Operations = new Map(
  Object.entries({
    CreateTopic: of(
      'createTopic',
      { Name: required(text()), Attributes: attributes, Tags: tags, DataProtectionPolicy: refused() },
      { TopicArn: text() },
    ),
    DeleteTopic: of('deleteTopic', { TopicArn }),
    ListTopics: of('listTopics', { NextToken }, { Topics: required(list(structure({ TopicArn: text() }))), NextToken }),
    GetTopicAttributes: of('getTopicAttributes', { TopicArn }, { Attributes }),
    SetTopicAttributes: of('setTopicAttributes', { TopicArn, ...attribute }),
    Subscribe: of(
      'subscribe',
      { TopicArn, Protocol: required(text()), Endpoint: text(), Attributes: attributes, ReturnSubscriptionArn: flag },
      { SubscriptionArn: text() },
    ),
    ConfirmSubscription: of(
      'confirmSubscription',
      { TopicArn, Token: required(text()), AuthenticateOnUnsubscribe: text() },
      { SubscriptionArn: text() },
    ),
    Unsubscribe: of('unsubscribe', { SubscriptionArn }),
    ListSubscriptions: of('listSubscriptions', { NextToken }, { Subscriptions: subscriptions, NextToken }),
    ListSubscriptionsByTopic: of(
      'listSubscriptionsByTopic',
      { TopicArn, NextToken },
      { Subscriptions: subscriptions, NextToken },
    ),
    GetSubscriptionAttributes: of('getSubscriptionAttributes', { SubscriptionArn }, { Attributes }),
    SetSubscriptionAttributes: of('setSubscriptionAttributes', { SubscriptionArn, ...attribute }),
    Publish: of(
      'publish',
      { TopicArn: text(), TargetArn: text(), PhoneNumber: refused(), ...message },
      { MessageId: text() },
      toTopic,
    ),
    PublishBatch: of(
      'publishBatch',
      { TopicArn, PublishBatchRequestEntries: required(list(structure({ Id: required(text()), ...message }))) },
      {
        Successful: required(list(structure({ Id: text(), MessageId: text() }))),
        Failed: required(
          list(structure({ Id: required(text()), Code: required(text()), Message: text(), SenderFault: required(flag) })),
        ),
      },
    ),
    TagResource: of('tagTopic', { ResourceArn: required(text()), Tags: required(tags) }, {}, { hasEmptyResult: true }),
    UntagResource: of(
      'untagTopic',
      { ResourceArn: required(text()), TagKeys: required(list(text())) },
      {},
      { hasEmptyResult: true },
    ),
    ListTagsForResource: of('listTopicTags', { ResourceArn: required(text()) }, { Tags: required(tags) }),
  }),
);
