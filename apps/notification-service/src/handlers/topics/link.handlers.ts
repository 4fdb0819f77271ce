import { serviceEvent } from '@strongroom/audit-trail';
import type {
  FollowConfirmationLinkRequest,
  FollowConfirmationLinkResponse,
  FollowUnsubscribeLinkRequest,
  FollowUnsubscribeLinkResponse,
  GetSigningCertificateRequest,
  GetSigningCertificateResponse,
} from '@strongroom/contracts/strongroom/notification/v1/topics';
import { type CallContext, unary } from '@strongroom/grpc-kit';
import { randomUuid } from '@strongroom/random';
import {
  readSubscriptionArn,
  readTopicArn,
  subscriptionArn,
  topicArn,
  type TopicReference,
  TOPIC_TYPE,
} from '../../domain/topics/topic';
import { invalidParameter, notFoundCertificate } from '../../domain/topics/topic-errors';
import type { Write } from '../../domain/topics/topic-store.port';
import type { TopicDependencies } from './topic-call';

type LinkCall = CallContext<unknown>;

export const getSigningCertificate = (d: TopicDependencies) =>
  unary<GetSigningCertificateRequest, GetSigningCertificateResponse>(async (request) => {
    const pem = await d.identities.certificate(request.certificateId);
    if (pem === undefined) throw notFoundCertificate();
    return { pem };
  });

export const followConfirmationLink = (d: TopicDependencies) =>
  unary<FollowConfirmationLinkRequest, FollowConfirmationLinkResponse>(async (request, call) => {
    const topic = readTopicArn(request.topicArn, d.region);
    const token = (await d.links()).readConfirmationToken(request.token);
    const confirmer = { isAuthenticated: false, authenticateOnUnsubscribe: false };
    const { id } = await d.subscriptions.confirm(topic, token, confirmer, writeOf(d, call, 'ConfirmSubscription', topic));
    return { subscriptionArn: subscriptionArn(topic, id, d.region) };
  });

export const followUnsubscribeLink = (d: TopicDependencies) =>
  unary<FollowUnsubscribeLinkRequest, FollowUnsubscribeLinkResponse>(async (request, call) => {
    const { id, ...topic } = readSubscriptionArn(request.subscriptionArn, d.region);
    if (!(await d.links()).isUnsubscribeToken(request.token, id)) throw invalidParameter('Token', 'It is unknown.');
    await d.subscriptions.end(id, writeOf(d, call, 'Unsubscribe', topic));
    d.look();
    return { topicArn: topicArn(topic, d.region) };
  });

/** Nobody has called whom the trail could name, so the event is of the service. A repeated transaction has the same event. */
function writeOf(d: TopicDependencies, call: LinkCall, eventName: string, topic: TopicReference): Write {
  const event = serviceEvent({
    service: 'notification-service',
    eventId: randomUuid(d.random),
    eventTime: d.clock.now(),
    eventSource: 'sns.amazonaws.com',
    eventName,
    awsRegion: d.region,
    recipientAccountId: topic.accountId,
    requestId: call.requestId,
    resources: [{ arn: topicArn(topic, d.region), type: TOPIC_TYPE, versionId: '' }],
  });
  return { deadline: call.deadline, beforeCommit: () => d.recorder.record(event) };
}
