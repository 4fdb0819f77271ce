import { auditOf } from '@strongroom/audit-trail';
import type {
  ConfirmSubscriptionRequest,
  ConfirmSubscriptionResponse,
  GetSubscriptionAttributesRequest,
  GetSubscriptionAttributesResponse,
  ListSubscriptionsByTopicRequest,
  ListSubscriptionsByTopicResponse,
  ListSubscriptionsRequest,
  ListSubscriptionsResponse,
  SetSubscriptionAttributesRequest,
  SetSubscriptionAttributesResponse,
  SubscribeRequest,
  SubscribeResponse,
  Subscription as SubscriptionMessage,
  UnsubscribeRequest,
  UnsubscribeResponse,
} from '@strongroom/contracts/strongroom/notification/v1/topics';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import {
  readSubscriptionAttributes,
  requireEndpoint,
  requireProtocol,
  type Subscription,
  subscriptionAttributes,
} from '../../domain/topics/subscription';
import { subscriptionArn, topicArn } from '../../domain/topics/topic';
import { invalidParameter } from '../../domain/topics/topic-errors';
import { openedSubscription, openSubscription, openTopic, type TopicCall, type TopicDependencies, writeOf } from './topic-call';
import { PAGE } from './topic.handlers';

export const subscribe = (d: TopicDependencies) =>
  unary<SubscribeRequest, SubscribeResponse, TopicCall['caller']>(async (request, call) => {
    const protocol = requireProtocol(request.protocol);
    const endpoint = requireEndpoint(protocol, request.endpoint);
    if (protocol === 'email' && !d.hasMail) {
      throw invalidParameter('Protocol', 'No mail can be sent: the operator has set no STRONGROOM_SMTP_URL.');
    }
    const context = { 'sns:protocol': protocol, 'sns:endpoint': endpoint };
    const topic = await openTopic(d, call, 'Subscribe', request.topicArn, context);
    auditOf(call).parameter('protocol', protocol);
    const { accountId: owner, arn: principal } = call.caller;
    const { attributes, returnSubscriptionArn } = request;
    // Without an identity nobody could confirm.
    await d.links();
    const stored = await d.subscriptions.subscribe({ topic, owner, principal, protocol, endpoint, attributes }, writeOf(call));
    d.look();
    const arn = subscriptionArn(stored.topic, stored.id, d.region);
    auditOf(call).response('subscriptionArn', arn);
    return { subscriptionArn: stored.state === 'confirmed' || returnSubscriptionArn ? arn : 'pending confirmation' };
  });

export const confirmSubscription = (d: TopicDependencies) =>
  unary<ConfirmSubscriptionRequest, ConfirmSubscriptionResponse, TopicCall['caller']>(async (request, call) => {
    const flag = request.authenticateOnUnsubscribe.toLowerCase();
    if (!['', 'true', 'false'].includes(flag)) throw invalidParameter('AuthenticateOnUnsubscribe', 'It must be true or false.');
    const topic = await openTopic(d, call, 'ConfirmSubscription', request.topicArn);
    const token = (await d.links()).readConfirmationToken(request.token);
    const confirmer = { isAuthenticated: true, authenticateOnUnsubscribe: flag === 'true' };
    const { id } = await d.subscriptions.confirm(topic, token, confirmer, writeOf(call));
    return { subscriptionArn: subscriptionArn(topic, id, d.region) };
  });

export const unsubscribe = (d: TopicDependencies) =>
  unary<UnsubscribeRequest, UnsubscribeResponse, TopicCall['caller']>(async (request, call) => {
    const subscription = await openedSubscription(d, call, 'Unsubscribe', request.subscriptionArn);
    if (subscription !== undefined) await d.store.remove(subscription.id, writeOf(call));
    return {};
  });

export const listSubscriptions = (d: TopicDependencies) =>
  unary<ListSubscriptionsRequest, ListSubscriptionsResponse, TopicCall['caller']>(async ({ nextToken }, call) => {
    const { accountId } = call.caller;
    const question = `ListSubscriptions ${accountId}`;
    d.authorizer.require(call, { action: 'sns:ListSubscriptions', resource: '*', resourceAccountId: accountId });
    return pageOf(d, { accountId }, nextToken, question);
  });

export const listSubscriptionsByTopic = (d: TopicDependencies) =>
  unary<ListSubscriptionsByTopicRequest, ListSubscriptionsByTopicResponse, TopicCall['caller']>(async (request, call) => {
    const topic = await openTopic(d, call, 'ListSubscriptionsByTopic', request.topicArn);
    return pageOf(d, topic, request.nextToken, `ListSubscriptionsByTopic ${topicArn(topic, d.region)}`);
  });

async function pageOf(d: TopicDependencies, of: { accountId: string; name?: string }, nextToken: string, question: string) {
  const [after = ''] = readNextToken(nextToken, question, 1) ?? [];
  const found = await d.store.list(of, after, PAGE + 1);
  const page = found.slice(0, PAGE);
  return {
    subscriptions: page.map((subscription) => toMessage(subscription, d.region)),
    nextToken: found.length > PAGE ? writeNextToken([page.at(-1)!.id], question) : '',
  };
}

const toMessage = ({ topic, id, state, owner, protocol, endpoint }: Subscription, region: string): SubscriptionMessage => ({
  subscriptionArn: state === 'confirmed' ? subscriptionArn(topic, id, region) : 'PendingConfirmation',
  owner,
  protocol,
  endpoint,
  topicArn: topicArn(topic, region),
});

export const getSubscriptionAttributes = (d: TopicDependencies) =>
  unary<GetSubscriptionAttributesRequest, GetSubscriptionAttributesResponse, TopicCall['caller']>(async (request, call) => {
    const subscription = await openSubscription(d, call, 'GetSubscriptionAttributes', request.subscriptionArn);
    return { attributes: subscriptionAttributes(subscription, d.region) };
  });

export const setSubscriptionAttributes = (d: TopicDependencies) =>
  unary<SetSubscriptionAttributesRequest, SetSubscriptionAttributesResponse, TopicCall['caller']>(async (request, call) => {
    const { attributeName, attributeValue } = request;
    const { id } = await openSubscription(d, call, 'SetSubscriptionAttributes', request.subscriptionArn);
    auditOf(call).parameter('attributeName', attributeName);
    const change = (present: Subscription) => readSubscriptionAttributes({ [attributeName]: attributeValue }, present);
    await d.store.change(id, change, writeOf(call));
    return {};
  });
