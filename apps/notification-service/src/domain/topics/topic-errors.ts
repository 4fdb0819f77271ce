import { DomainError, invalidParameter as invalid } from '@strongroom/errors';

/** Worded as SNS does: `Invalid parameter: Subject Reason: It must be one line.` */
export const invalidParameter = (field: string, rule: string): DomainError =>
  invalid(`Invalid parameter: ${field} Reason: ${rule}`);

const notFound = (message: string): DomainError => new DomainError({ kind: 'not-found', reason: 'NotFoundException', message });

export const notFoundTopic = (): DomainError => notFound('Topic does not exist.');
export const notFoundSubscription = (): DomainError => notFound('Subscription does not exist.');
export const notFoundCertificate = (): DomainError => notFound('There is no certificate of this name.');

const exceeded = (reason: string, message: string): DomainError =>
  new DomainError({ kind: 'resource-exhausted', reason, message });

export const topicLimitExceeded = (most: number): DomainError =>
  exceeded('TopicLimitExceededException', `An account has at most ${most} topics.`);
export const subscriptionLimitExceeded = (most: number): DomainError =>
  exceeded('SubscriptionLimitExceededException', `A topic has at most ${most} subscriptions.`);
export const pendingLimitExceeded = (most: number): DomainError =>
  exceeded('SubscriptionLimitExceededException', `An account has at most ${most} subscriptions that nobody has confirmed yet.`);
