import type { Authorizer, Caller, PolicyCache } from '@strongroom/access';
import { auditOf, type AuditRecorder } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import type { CallContext } from '@strongroom/grpc-kit';
import type { ContextValue } from '@strongroom/policy';
import type { RandomSource } from '@strongroom/random';
import type { SigningIdentities } from '../../domain/topics/signing-identity';
import type { Subscription } from '../../domain/topics/subscription';
import type { Subscriptions } from '../../domain/topics/subscriptions';
import {
  readSubscriptionArn,
  readTopicArn,
  type Topic,
  topicArn,
  type TopicReference,
  TOPIC_TYPE,
} from '../../domain/topics/topic';
import { notFoundSubscription, notFoundTopic } from '../../domain/topics/topic-errors';
import type { TopicLinks } from '../../domain/topics/topic-links';
import type { SubscriptionStore, TopicStore, Write } from '../../domain/topics/topic-store.port';

/** What the handlers of topics work with; `server.ts` makes it. */
export interface TopicDependencies {
  authorizer: Authorizer;
  policies: PolicyCache;
  topics: TopicStore;
  store: SubscriptionStore;
  subscriptions: Subscriptions;
  identities: SigningIdentities;
  links(): Promise<TopicLinks>;
  recorder: AuditRecorder;
  clock: Clock;
  random: RandomSource;
  region: string;
  /** Whether there is a mail server. */
  hasMail: boolean;
  /** There is something to deliver. */
  look(): void;
}

export type TopicCall = CallContext<Caller>;

/** Condition keys, in lower case. */
export type TopicContext = Readonly<Record<string, ContextValue>>;

/** The event must be in the journal before anything is committed. */
export const writeOf = (call: TopicCall): Write => ({
  beforeCommit: () => auditOf(call).commit(),
  deadline: call.deadline,
});

/**
 * The topic that a request names, if the caller may do this with it. For one that does not exist the caller's policies decide
 * alone, so that nobody learns which ones of another account exist. @throws DomainError
 */
export async function openTopic(
  d: TopicDependencies,
  call: TopicCall,
  action: string,
  arn: string,
  context?: TopicContext,
  field?: string,
): Promise<Topic> {
  const topic = await openedTopic(d, call, action, readTopicArn(arn, d.region, field), context);
  if (topic === undefined) throw notFoundTopic();
  return topic;
}

/** The same, but undefined if there is none. */
export async function openedTopic(
  d: TopicDependencies,
  call: TopicCall,
  action: string,
  reference: TopicReference,
  context?: TopicContext,
): Promise<Topic | undefined> {
  const topic = await d.topics.find(reference);
  requireTopicAccess(d, call, action, { reference, topic, owner: reference.accountId, context });
  return topic;
}

/** The subscription that a request names, if the caller may do this with it, as its account and the topic's owner may. */
export async function openSubscription(
  d: TopicDependencies,
  call: TopicCall,
  action: string,
  arn: string,
): Promise<Subscription> {
  const subscription = await openedSubscription(d, call, action, arn);
  if (subscription === undefined) throw notFoundSubscription();
  return subscription;
}

/** The same, but undefined if there is none. */
export async function openedSubscription(
  d: TopicDependencies,
  call: TopicCall,
  action: string,
  arn: string,
): Promise<Subscription | undefined> {
  const { id, ...reference } = readSubscriptionArn(arn, d.region);
  const [topic, found] = await Promise.all([d.topics.find(reference), d.store.find(id)]);
  const isOfTopic = found?.topic.accountId === reference.accountId && found.topic.name === reference.name;
  const subscription = isOfTopic && found.state !== 'ended' ? found : undefined;
  const isOwn = subscription?.owner === call.caller.accountId;
  requireTopicAccess(d, call, action, { reference, topic, owner: isOwn ? subscription.owner : reference.accountId });
  return subscription;
}

interface TopicQuestion {
  reference: TopicReference;
  topic: Topic | undefined;
  /** The account whose callers may by their own policies. */
  owner: string;
  context?: TopicContext;
}

function requireTopicAccess(
  { authorizer, policies, region }: TopicDependencies,
  call: TopicCall,
  action: string,
  { reference, topic, owner, context }: TopicQuestion,
): void {
  const { accountId } = reference;
  const arn = topicArn(reference, region);
  const audit = auditOf(call);
  audit.resource(arn, TOPIC_TYPE);
  authorizer.require(call, {
    action: `sns:${action}`,
    resource: arn,
    resourceAccountId: owner,
    resourcePolicy: topic?.policy ? policies.get(accountId, topic.policy) : undefined,
    resourceTags: topic?.tags,
    context,
  });
  audit.account(accountId);
}
