import type { Clock } from '@strongroom/clock';
import type { TargetHttp } from '@strongroom/egress';
import type { Logger } from '@strongroom/telemetry';
import { type Delivery, PermanentFailure, type Sender } from '../domain/delivery';
import { webhookSignature } from '../domain/hashing/webhook-signature';
import { cloudEvent, type WebhookMessage } from '../domain/webhooks/cloud-event';
import type { SigningSecrets } from '../domain/webhooks/signing-secrets';
import type { Webhook } from '../domain/webhooks/webhook';
import type { WebhookStore } from '../domain/webhooks/webhook-store.port';
import { postToReceiver } from './receiver';

/** The time until the answer is complete, milliseconds. */
const ANSWER_MS = 10_000;

export interface WebhookSenderParts {
  webhooks: Pick<WebhookStore, 'byId'>;
  secrets: Pick<SigningSecrets, 'of'>;
  http: TargetHttp;
  clock: Clock;
  logger: Logger;
}

/** Sends CloudEvents 1.0 with the headers of Standard Webhooks. */
export class WebhookSender implements Sender {
  constructor(private readonly parts: WebhookSenderParts) {}

  async send({ destination, messageId, payload }: Delivery, signal: AbortSignal): Promise<void> {
    const webhook = await this.parts.webhooks.byId(destination.id);
    if (webhook === undefined) throw new PermanentFailure('WebhookDeleted', 'The webhook has been deleted.');
    if (!webhook.isEnabled) throw new PermanentFailure('WebhookDisabled', 'The webhook is disabled.');
    await this.post(webhook, messageId, JSON.parse(payload) as WebhookMessage, signal);
  }

  /** @returns the status, which is one of success. @throws DeliveryFailure */
  async post(webhook: Webhook, messageId: string, message: WebhookMessage, signal: AbortSignal): Promise<number> {
    const { http, secrets, clock, logger } = this.parts;
    const body = cloudEvent(messageId, message);
    const timestamp = Math.floor(clock.millis() / 1_000);
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Strongroom',
      'webhook-id': messageId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': webhookSignature(await secrets.of(webhook), messageId, timestamp, body),
    };
    return postToReceiver(http, {
      url: new URL(webhook.url),
      headers,
      body,
      tls: webhook.caPem === '' ? undefined : { ca: webhook.caPem, rejectUnauthorized: true },
      signal,
      named: 'the webhook',
      timeoutMs: ANSWER_MS,
      logger,
      accountId: webhook.accountId,
      name: webhook.name,
    });
  }
}
