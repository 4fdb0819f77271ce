import type { TargetHttp } from '@strongroom/egress';
import type { Logger } from '@strongroom/telemetry';
import type { Delivery, Sender } from '../../domain/delivery';
import { DEFAULT_CONTENT_TYPE, readContentType } from '../../domain/topics/delivery-policy';
import type { Payload } from '../../domain/topics/publication';
import type { SigningIdentity } from '../../domain/topics/signing-identity';
import { rawForm, signedForm } from '../../domain/topics/signed-form';
import { isDue } from '../../domain/topics/due';
import type { Subscription } from '../../domain/topics/subscription';
import type { TopicLinks } from '../../domain/topics/topic-links';
import type { SubscriptionStore, TopicStore } from '../../domain/topics/topic-store.port';
import { postToReceiver } from '../receiver';

export interface HttpSenderParts {
  store: Pick<SubscriptionStore, 'find'>;
  topics: Pick<TopicStore, 'find'>;
  identity: () => Promise<SigningIdentity>;
  links: () => Promise<TopicLinks>;
  http: TargetHttp;
  region: string;
  logger: Logger;
}

/** The time for an answer, as in SNS. Milliseconds. */
const ANSWER_MS = 15_000;

/** Sends messages of topics to http and https endpoints, as SNS does. Redirects are not followed. */
export class HttpSubscriptionSender implements Sender {
  constructor(private readonly parts: HttpSenderParts) {}

  async send(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const subscription = await this.parts.store.find(delivery.destination.id);
    const payload = JSON.parse(delivery.payload) as Payload;
    // Nobody waits for it any more.
    if (subscription === undefined || !isDue(subscription, payload)) return;
    const { body, headers } = await this.formOf(subscription, delivery.messageId, payload);
    await postToReceiver(this.parts.http, {
      url: new URL(subscription.endpoint),
      headers: { 'content-type': await this.contentTypeOf(subscription), 'user-agent': 'Strongroom', ...headers },
      body,
      tls: { rejectUnauthorized: true },
      signal,
      named: 'the endpoint of the subscription',
      timeoutMs: ANSWER_MS,
      logger: this.parts.logger,
      accountId: delivery.accountId,
      name: subscription.id,
    });
  }

  private async formOf(subscription: Subscription, messageId: string, payload: Payload) {
    const { region, identity, links } = this.parts;
    if (payload.type === 'Notification' && subscription.rawDelivery)
      return rawForm(subscription, messageId, payload.text, region);
    const [{ signer }, itsLinks] = await Promise.all([identity(), links()]);
    return signedForm(subscription, messageId, payload, { region, signer, links: itsLinks });
  }

  private async contentTypeOf({ topic, deliveryPolicy }: Subscription): Promise<string> {
    const own = readContentType(deliveryPolicy, 'subscription');
    if (own !== undefined) return own;
    return readContentType((await this.parts.topics.find(topic))?.deliveryPolicy ?? '', 'topic') ?? DEFAULT_CONTENT_TYPE;
  }
}
