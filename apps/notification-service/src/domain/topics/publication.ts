import type { NewDelivery } from '../delivery';
import { passes } from './filter-policy';
import type { Subscription } from './subscription';
import { topicArn, type TopicReference } from './topic';
import type { MessageAttribute, TopicMessage } from './topic-message';

/** What the outbox holds of a message, for one subscription. */
export type Payload =
  | {
      type: 'Notification';
      subject: string;
      text: string;
      attributes: Record<string, MessageAttribute>;
      /** ISO 8601. */
      timestamp: string;
    }
  /** Its token is made when it is sent, so that it is stored nowhere. `issuedAt` in epoch milliseconds. */
  | { type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'; issuedAt: number };

/** A message on its way to a topic. */
export interface Publication {
  topic: TopicReference;
  /** A UUID, the same for all receivers. */
  messageId: string;
  /** Messages with one key reach a subscription in their order. */
  orderingKey: string;
  message: TopicMessage;
  at: Date;
}

/** The deliveries of a publication: one for each of the subscriptions that is confirmed, and whose filter lets it through. */
export function deliveriesOf(publication: Publication, subscriptions: readonly Subscription[]): NewDelivery[] {
  const { messageId, orderingKey, message, at } = publication;
  return subscriptions
    .filter((subscription) => subscription.state === 'confirmed' && passes(subscription, message))
    .map((subscription) => ({
      ...addressOf(subscription),
      orderingKey,
      messageId,
      payload: JSON.stringify({
        type: 'Notification',
        subject: message.subject,
        text: message.texts[subscription.protocol] ?? message.text,
        attributes: message.attributes,
        timestamp: at.toISOString(),
      } satisfies Payload),
    }));
}

/** Asks whoever has the endpoint whether they want the subscription, or whether they want it back. */
export function confirmationOf(
  subscription: Subscription,
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  messageId: string,
  region: string,
): NewDelivery {
  return {
    ...addressOf(subscription),
    orderingKey: topicArn(subscription.topic, region),
    messageId,
    payload: JSON.stringify({ type, issuedAt: subscription.issuedAt.getTime() } satisfies Payload),
  };
}

const addressOf = ({ topic, protocol, id }: Subscription): Pick<NewDelivery, 'accountId' | 'destination'> => ({
  accountId: topic.accountId,
  destination: { kind: protocol === 'email' ? 'email' : 'https', id },
});
