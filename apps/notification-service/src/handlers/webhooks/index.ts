import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { webhookService } from '@strongroom/methods';
import type { WebhookDependencies } from './dependencies';
import { testWebhook } from './test-webhook.handler';
import {
  createWebhook,
  deleteWebhook,
  describeWebhook,
  listWebhooks,
  rotateWebhookSecret,
  updateWebhook,
} from './webhook.handlers';

export const webhookHandlers = (d: WebhookDependencies) =>
  served<typeof webhookService, Caller>(webhookService, {
    createWebhook: createWebhook(d),
    describeWebhook: describeWebhook(d),
    listWebhooks: listWebhooks(d),
    updateWebhook: updateWebhook(d),
    rotateWebhookSecret: rotateWebhookSecret(d),
    deleteWebhook: deleteWebhook(d),
    testWebhook: testWebhook(d),
  });
