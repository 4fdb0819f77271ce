import type { Clock } from '@strongroom/clock';
import { randomUuid, type RandomSource } from '@strongroom/random';
import { confirmationOf } from './publication';
import {
  CONFIRMATION_LIFETIME,
  CONFIRMATION_PAUSE,
  DEFAULT_SETTINGS,
  readSubscriptionAttributes,
  type Subscription,
} from './subscription';
import type { Protocol, SubscriptionSettings } from './subscription-settings';
import type { TopicReference } from './topic';
import { invalidParameter } from './topic-errors';
import type { ConfirmationToken } from './topic-links';
import type { SubscriptionStore, Write } from './topic-store.port';

export interface SubscriptionsOptions {
  store: SubscriptionStore;
  clock: Clock;
  random: RandomSource;
  region: string;
}

/** What somebody wants who subscribes. */
export interface Wish {
  topic: TopicReference;
  owner: string;
  principal: string;
  protocol: Protocol;
  endpoint: string;
  attributes: Readonly<Record<string, string>>;
}

/** Somebody who confirms. */
export interface Confirmer {
  /** They have a credential. */
  isAuthenticated: boolean;
  authenticateOnUnsubscribe: boolean;
}

/** The life of subscriptions: nothing goes to an endpoint before its owner has confirmed, and its owner can end it. */
export class Subscriptions {
  constructor(private readonly options: SubscriptionsOptions) {}

  /** @throws InvalidParameterException, SubscriptionLimitExceededException, NotFoundException */
  subscribe({ topic, owner, principal, protocol, endpoint, attributes }: Wish, write: Write): Promise<Subscription> {
    const { store, clock, random, region } = this.options;
    const settings = readSubscriptionAttributes(attributes, { ...DEFAULT_SETTINGS, protocol });
    const issuedAt = clock.now();
    const id = randomUuid(random);
    const messageId = randomUuid(random);
    const fresh = { wasAuthenticated: false, authenticateOnUnsubscribe: false, state: 'pending', issuedAt } as const;
    const subscription: Subscription = { id, topic, owner, principal, protocol, endpoint, ...settings, ...fresh };
    const asking = (stored: Subscription) => ({
      stored,
      deliveries: [confirmationOf(stored, 'SubscriptionConfirmation', messageId, region)],
    });
    const decide = (present: Subscription | undefined) => {
      if (present === undefined) return asking(subscription);
      const wanted = readSubscriptionAttributes(attributes, present);
      if (!isSame(present, wanted)) throw invalidParameter('Attributes', 'Subscription already exists with different attributes');
      const isWaiting = present.state === 'pending' && issuedAt.getTime() - present.issuedAt.getTime() >= CONFIRMATION_PAUSE;
      return isWaiting ? asking({ ...present, issuedAt }) : { stored: present, deliveries: [] };
    };
    return store.subscribe({ subscription, decide }, write);
  }

  /** Also brings one back that has ended. @throws InvalidParameterException */
  confirm(
    topic: TopicReference,
    token: ConfirmationToken | undefined,
    confirmer: Confirmer,
    write: Write,
  ): Promise<Subscription> {
    const oldest = this.options.clock.millis() - CONFIRMATION_LIFETIME;
    if (token === undefined || token.issuedAt < oldest) throw badToken();
    const change = (present: Subscription) => {
      const isOfTopic = present.topic.accountId === topic.accountId && present.topic.name === topic.name;
      if (!isOfTopic || present.issuedAt.getTime() !== token.issuedAt) throw badToken();
      // Following a link twice is no news.
      if (present.state === 'confirmed') return {};
      return {
        state: 'confirmed' as const,
        wasAuthenticated: confirmer.isAuthenticated,
        authenticateOnUnsubscribe: confirmer.isAuthenticated && confirmer.authenticateOnUnsubscribe,
      };
    };
    return this.options.store.change(token.subscriptionId, change, write);
  }

  /** Somebody who has one of its messages ends it. They may take it back. @throws InvalidParameterException */
  end(id: string, write: Write): Promise<Subscription> {
    const { store, clock, random, region } = this.options;
    const issuedAt = clock.now();
    const messageId = randomUuid(random);
    const change = (present: Subscription) => {
      if (present.authenticateOnUnsubscribe) {
        throw invalidParameter('SubscriptionArn', 'It can be ended only with a credential: see AuthenticateOnUnsubscribe.');
      }
      if (present.state === 'ended') return {};
      const ended = { ...present, state: 'ended' as const, issuedAt };
      const isHttp = present.protocol !== 'email' && present.state === 'confirmed';
      const deliveries = isHttp ? [confirmationOf(ended, 'UnsubscribeConfirmation', messageId, region)] : [];
      return { state: ended.state, issuedAt, deliveries };
    };
    return store.change(id, change, write);
  }
}

const badToken = () => invalidParameter('Token', 'It is unknown, has expired, or a newer one has been sent.');

const isSame = (one: SubscriptionSettings, other: SubscriptionSettings): boolean =>
  one.filterPolicy === other.filterPolicy &&
  one.filterPolicyScope === other.filterPolicyScope &&
  one.rawDelivery === other.rawDelivery &&
  one.deliveryPolicy === other.deliveryPolicy;
