import { WebhookServiceService } from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { change, describeService, read } from './method';

/** Policies decide what a caller may do. */
const callersRead = { callers: 'authenticated', ...read } as const;
const callersChange = { callers: 'authenticated', ...change } as const;

export const webhookService = describeService(WebhookServiceService, 'events.amazonaws.com', {
  createWebhook: callersChange,
  describeWebhook: callersRead,
  listWebhooks: callersRead,
  updateWebhook: { ...callersChange, idempotent: true },
  rotateWebhookSecret: callersChange,
  deleteWebhook: callersChange,
  testWebhook: callersChange,
});
