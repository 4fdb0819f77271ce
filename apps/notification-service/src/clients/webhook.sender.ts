import type { Clock } from '@strongroom/clock';
import { type TargetHttp, type TargetResponse, TargetUnreachable } from '@strongroom/egress';
import { isDomainError } from '@strongroom/errors';
import type { Logger } from '@strongroom/telemetry';
import { type Delivery, DeliveryFailure, PermanentFailure, type Sender } from '../domain/delivery';
import { webhookSignature } from '../domain/hashing/webhook-signature';
import { cloudEvent, type WebhookMessage } from '../domain/webhooks/cloud-event';
import type { SigningSecrets } from '../domain/webhooks/signing-secrets';
import type { Webhook } from '../domain/webhooks/webhook';
import type { WebhookStore } from '../domain/webhooks/webhook-store.port';

/** The most bytes of an answer: only its status matters. */
const MAX_ANSWER = 64 * 1024;
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
    const { http, secrets, clock } = this.parts;
    const body = cloudEvent(messageId, message);
    const timestamp = Math.floor(clock.millis() / 1_000);
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Strongroom',
      'webhook-id': messageId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': webhookSignature(await secrets.of(webhook), messageId, timestamp, body),
    };
    const url = new URL(webhook.url);
    const tls = webhook.caPem === '' ? undefined : { ca: webhook.caPem, rejectUnauthorized: true };
    const limits = { timeoutMs: ANSWER_MS, maxBody: MAX_ANSWER };
    const { status } = await http({ url, method: 'POST', headers, body, tls, signal, named: 'the webhook', ...limits }).catch(
      (error: unknown) => this.unanswered(webhook, error),
    );
    return accepted(status);
  }

  private unanswered({ accountId, name }: Webhook, error: unknown): never {
    const isTooLong = isDomainError(error) && error.kind === 'unavailable' && !(error instanceof TargetUnreachable);
    if (isTooLong) throw new DeliveryFailure('ReceiverAnswerTooLong', `The answer of the receiver has over ${MAX_ANSWER} bytes.`);
    if (isDomainError(error) && error.kind === 'cancelled') {
      throw new DeliveryFailure('ReceiverTimedOut', `The receiver did not answer within ${ANSWER_MS / 1_000} s.`);
    }
    if (!(error instanceof TargetUnreachable)) throw error;
    this.parts.logger.warn('a webhook could not be reached', { accountId, name, reason: error.why });
    throw new DeliveryFailure(
      'ReceiverUnreachable',
      'The receiver could not be reached, or did not answer in time: it may be down, have no trusted certificate, or be forbidden by the egress ' +
        "rules. notification-service's log gives the reason.",
    );
  }
}

function accepted(status: TargetResponse['status']): number {
  if (status >= 200 && status < 300) return status;
  if (status === 410)
    throw new PermanentFailure('ReceiverGone', 'The receiver answered with status 410: it wants no messages.', status);
  if (status >= 300 && status < 400) {
    throw new DeliveryFailure(
      'ReceiverRedirected',
      `The receiver answered with status ${status}; redirects are not followed.`,
      status,
    );
  }
  throw new DeliveryFailure('ReceiverRefused', `The receiver answered with status ${status}.`, status);
}
