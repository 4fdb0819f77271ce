import { WebhookServiceService } from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { change, consoleOnly, describeService, read } from './method';

/** Policies decide what a caller may do. */
const forCallers = { callers: 'authenticated', onBehalf: consoleOnly } as const;
const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;

export const webhookService = describeService(WebhookServiceService, 'events.amazonaws.com', {
  createWebhook: callersChange,
  describeWebhook: callersRead,
  listWebhooks: callersRead,
  updateWebhook: { ...callersChange, idempotent: true },
  rotateWebhookSecret: callersChange,
  deleteWebhook: callersChange,
  testWebhook: callersChange,
});
