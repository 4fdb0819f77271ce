import type { NewDelivery } from '../delivery';
import type { Subscription } from './subscription';
import type { SubscriptionSettings } from './subscription-settings';
import type { Topic, TopicReference, TopicSettings } from './topic';
import type { SubscriptionCounts } from './topic-attributes';

/** What a change needs from its call: the event must be in the journal before anything is committed. */
export interface Write {
  beforeCommit: () => Promise<void>;
  /** Epoch milliseconds. */
  deadline: number;
}

export interface TopicStore {
  find(reference: TopicReference): Promise<Topic | undefined>;
  /** By name, starting after `after`. */
  list(accountId: string, after: string, limit: number): Promise<Topic[]>;
  counts(reference: TopicReference): Promise<SubscriptionCounts>;
  /** Inserts a topic, or returns the one that has its name. @throws TopicLimitExceededException */
  create(topic: Topic, write: Write): Promise<Topic>;
  /** @throws NotFoundException if it has gone meanwhile, or what `change` throws */
  change(
    reference: TopicReference,
    change: (topic: Topic) => Partial<TopicSettings & Pick<Topic, 'tags'>>,
    write: Write,
  ): Promise<void>;
  /** With its subscriptions; there may be none. */
  remove(reference: TopicReference, write: Write): Promise<void>;
}

/** A subscription that is wanted, and what to do with what is there for its endpoint. */
export interface WantedSubscription {
  subscription: Subscription;
  /** @param present of the same topic, protocol and endpoint; undefined: none. @returns what to store, and what to send */
  decide: (present: Subscription | undefined) => { stored: Subscription; deliveries: NewDelivery[] };
}

export interface SubscriptionStore {
  /** Ended ones too. */
  find(id: string): Promise<Subscription | undefined>;
  /** By id, starting after `after`, of one topic or of all of an account; without ended ones. */
  list(of: { accountId: string; name?: string }, after: string, limit: number): Promise<Subscription[]>;
  /** @throws SubscriptionLimitExceededException, NotFoundException for a topic that has gone, or what `decide` throws */
  subscribe(wanted: WantedSubscription, write: Write): Promise<Subscription>;
  /** Stores what `change` makes of it, with deliveries. @throws NotFoundException, or what `change` throws */
  change(id: string, change: (present: Subscription) => SubscriptionChange, write: Write): Promise<Subscription>;
  /** There may be none. Counts as one of the topic's deleted ones. */
  remove(id: string, write: Write): Promise<void>;
  /** Removes at most `limit` that have waited for somebody since before `instant`; returns how many. */
  purge(instant: Date, limit: number): Promise<number>;
  /** Puts deliveries for the confirmed subscriptions of a topic into the outbox. */
  publish(topic: TopicReference, deliveries: (confirmed: readonly Subscription[]) => NewDelivery[], write: Write): Promise<void>;
}

export interface SubscriptionChange extends Partial<SubscriptionSettings> {
  state?: Subscription['state'];
  issuedAt?: Date;
  wasAuthenticated?: boolean;
  authenticateOnUnsubscribe?: boolean;
  deliveries?: NewDelivery[];
}
