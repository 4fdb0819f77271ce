import { compilePolicy } from '@strongroom/policy';
import { readContentType } from './delivery-policy';
import { type Topic, topicArn, type TopicReference, type TopicSettings } from './topic';
import { invalidParameter } from './topic-errors';

/** Bytes. */
const MAX_POLICY = 30_720;
const DISPLAY_NAME = /^[^\p{Cc}<>"]{0,100}$/u;

/** Attributes of SNS that ask for what Strongroom has not, with the values that ask for nothing. */
const UNSUPPORTED: Readonly<Record<string, { except: readonly string[]; why: string }>> = {
  KmsMasterKeyId: { except: [''], why: 'Strongroom encrypts no topics: publish no secrets.' },
  FifoTopic: { except: ['', 'false'], why: 'Strongroom has no FIFO topics.' },
  FifoThroughputScope: { except: [''], why: 'Strongroom has no FIFO topics.' },
  ContentBasedDeduplication: { except: ['', 'false'], why: 'Strongroom has no FIFO topics.' },
  ArchivePolicy: { except: ['', '{}'], why: 'Strongroom archives no messages.' },
  TracingConfig: { except: ['', 'PassThrough'], why: 'It must be PassThrough.' },
  DataProtectionPolicy: { except: [''], why: 'Strongroom has no data protection policies.' },
};
/** Of deliveries to Lambda, SQS and others, by roles of AWS. */
const FEEDBACK = /^(?:Application|Firehose|HTTP|Lambda|SQS)(?:(?:Success|Failure)FeedbackRoleArn|SuccessFeedbackSampleRate)$/;

/** @throws InvalidParameterException that names the attribute */
export function readTopicAttribute(name: string, value: string): Partial<TopicSettings> {
  switch (name) {
    case 'DisplayName':
      if (!DISPLAY_NAME.test(value)) throw invalidParameter(name, 'It must be at most 100 printable characters without < > ".');
      return { displayName: value };
    case 'Policy':
      return { policy: requirePolicy(value) };
    case 'DeliveryPolicy':
      readContentType(value, 'topic');
      return { deliveryPolicy: value };
    case 'SignatureVersion':
      if (!['', '2'].includes(value)) throw invalidParameter(name, 'It must be 2: Strongroom does not sign with SHA-1.');
      return {};
  }
  const known = Object.hasOwn(UNSUPPORTED, name) ? UNSUPPORTED[name] : undefined;
  const unsupported = known ?? (FEEDBACK.test(name) ? { except: ['', '0'], why: NO_FEEDBACK } : undefined);
  if (unsupported === undefined) throw invalidParameter('AttributeName', `There is no attribute "${name.slice(0, 100)}".`);
  if (!unsupported.except.includes(value)) throw invalidParameter(name, unsupported.why);
  return {};
}

const NO_FEEDBACK = 'Strongroom has no delivery status logs: ListDeliveries of DeliveryService shows deliveries.';

/** All of a request; those that it does not name stay away. @throws as `readTopicAttribute` */
export const readTopicAttributes = (attributes: Readonly<Record<string, string>>): Partial<TopicSettings> =>
  Object.entries(attributes).reduce<Partial<TopicSettings>>(
    (settings, [name, value]) => ({ ...settings, ...readTopicAttribute(name, value) }),
    {},
  );

function requirePolicy(document: string): string {
  if (document === '') return '';
  if (Buffer.byteLength(document) > MAX_POLICY) throw invalidParameter('Policy', `It must have at most ${MAX_POLICY} bytes.`);
  compilePolicy(document, 'resource');
  return document;
}

/** How many subscriptions a topic has. */
export interface SubscriptionCounts {
  confirmed: number;
  pending: number;
}

export function topicAttributes(topic: Topic, counts: SubscriptionCounts, region: string): Record<string, string> {
  return {
    TopicArn: topicArn(topic, region),
    Owner: topic.accountId,
    DisplayName: topic.displayName,
    Policy: topic.policy || defaultPolicy(topic, region),
    SignatureVersion: '2',
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsPending: String(counts.pending),
    SubscriptionsDeleted: String(topic.subscriptionsDeleted),
    EffectiveDeliveryPolicy: topic.deliveryPolicy || '{}',
    ...(topic.deliveryPolicy && { DeliveryPolicy: topic.deliveryPolicy }),
  };
}

const ACTIONS = [
  ...['GetTopicAttributes', 'SetTopicAttributes', 'DeleteTopic', 'Subscribe', 'ListSubscriptionsByTopic', 'Publish'],
  ...['TagResource', 'UntagResource', 'ListTagsForResource'],
];

/**
 * What a topic without a policy shows, in the form of SNS's default. As in AWS it gives a principal nothing that the principal's
 * own policies do not give.
 */
const defaultPolicy = (topic: TopicReference, region: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${topic.accountId}:root` },
        Action: ACTIONS.map((action) => `sns:${action}`),
        Resource: topicArn(topic, region),
      },
    ],
  });
