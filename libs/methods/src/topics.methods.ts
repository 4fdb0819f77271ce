import { TopicLinkServiceService, TopicServiceService } from '@strongroom/contracts/strongroom/notification/v1/topics';
import { change, describeService, frontDoors, read } from './method';

/** Policies, the caller's and the topic's, decide what a caller may do with a topic. */
const forCallers = { callers: 'authenticated', onBehalf: frontDoors } as const;
const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;

export const topicService = describeService(TopicServiceService, 'sns.amazonaws.com', {
  createTopic: { ...callersChange, idempotent: true },
  deleteTopic: { ...callersChange, idempotent: true },
  listTopics: callersRead,
  getTopicAttributes: callersRead,
  setTopicAttributes: { ...callersChange, idempotent: true },
  subscribe: { ...callersChange, idempotent: true },
  confirmSubscription: { ...callersChange, idempotent: true },
  unsubscribe: { ...callersChange, idempotent: true },
  listSubscriptions: callersRead,
  listSubscriptionsByTopic: callersRead,
  getSubscriptionAttributes: callersRead,
  setSubscriptionAttributes: { ...callersChange, idempotent: true },
  publish: callersChange,
  publishBatch: callersChange,
  tagTopic: { ...callersChange, idempotent: true, eventName: 'TagResource' },
  untagTopic: { ...callersChange, idempotent: true, eventName: 'UntagResource' },
  listTopicTags: { ...callersRead, eventName: 'ListTagsForResource' },
});

/** Nobody calls these, so notification-service tells of what they change itself. */
const ofLinks = { callers: 'none', services: ['aws-gateway'], audited: false } as const;

export const topicLinkService = describeService(TopicLinkServiceService, 'sns.amazonaws.com', {
  getSigningCertificate: { ...read, ...ofLinks },
  followConfirmationLink: { ...change, ...ofLinks, idempotent: true },
  followUnsubscribeLink: { ...change, ...ofLinks, idempotent: true },
});
