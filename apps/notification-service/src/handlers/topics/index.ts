import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { topicLinkService, topicService } from '@strongroom/methods';
import { followConfirmationLink, followUnsubscribeLink, getSigningCertificate } from './link.handlers';
import { publish, publishBatch } from './publish.handlers';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './subscription.handlers';
import type { TopicDependencies } from './topic-call';
import { listTopicTags, tagTopic, untagTopic } from './topic-tag.handlers';
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from './topic.handlers';

export const topicHandlers = (d: TopicDependencies) => [
  served<typeof topicService, Caller>(topicService, {
    createTopic: createTopic(d),
    deleteTopic: deleteTopic(d),
    listTopics: listTopics(d),
    getTopicAttributes: getTopicAttributes(d),
    setTopicAttributes: setTopicAttributes(d),
    subscribe: subscribe(d),
    confirmSubscription: confirmSubscription(d),
    unsubscribe: unsubscribe(d),
    listSubscriptions: listSubscriptions(d),
    listSubscriptionsByTopic: listSubscriptionsByTopic(d),
    getSubscriptionAttributes: getSubscriptionAttributes(d),
    setSubscriptionAttributes: setSubscriptionAttributes(d),
    publish: publish(d),
    publishBatch: publishBatch(d),
    tagTopic: tagTopic(d),
    untagTopic: untagTopic(d),
    listTopicTags: listTopicTags(d),
  }),
  served<typeof topicLinkService, Caller>(topicLinkService, {
    getSigningCertificate: getSigningCertificate(d),
    followConfirmationLink: followConfirmationLink(d),
    followUnsubscribeLink: followUnsubscribeLink(d),
  }),
];
