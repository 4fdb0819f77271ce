import type { Authorizer, Caller } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { FairGate } from '@strongroom/fairness';
import type { CallContext } from '@strongroom/grpc-kit';
import type { RandomSource } from '@strongroom/random';
import type { WebhookMessage } from '../../domain/webhooks/cloud-event';
import type { SigningSecrets } from '../../domain/webhooks/signing-secrets';
import type { Webhook } from '../../domain/webhooks/webhook';
import type { WebhookStore } from '../../domain/webhooks/webhook-store.port';

/** What handlers of webhooks work with; `server.ts` makes it. */
export interface WebhookDependencies {
  authorizer: Authorizer;
  webhooks: WebhookStore;
  secrets: SigningSecrets;
  /** Sends one message now. @throws DeliveryFailure */
  sender: { post(webhook: Webhook, messageId: string, message: WebhookMessage, signal: AbortSignal): Promise<number> };
  /** Tests that run at a time, by account. */
  tests: FairGate;
  clock: Clock;
  random: RandomSource;
  region: string;
}

export type Call = CallContext<Caller>;
