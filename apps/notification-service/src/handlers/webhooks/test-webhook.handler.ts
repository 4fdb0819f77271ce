import type { TestWebhookRequest, TestWebhookResponse } from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { unary } from '@strongroom/grpc-kit';
import { randomUuid } from '@strongroom/random';
import { DeliveryFailure } from '../../domain/delivery';
import { webhookArn } from '../../domain/webhooks/webhook';
import type { Call, WebhookDependencies } from './dependencies';
import { openWebhook } from './webhook-call';

export const testWebhook = (d: WebhookDependencies) =>
  unary<TestWebhookRequest, TestWebhookResponse, Call['caller']>(async ({ name }, call) => {
    const webhook = await openWebhook(d, call, 'TestWebhook', name);
    const arn = webhookArn(d.region, webhook.accountId, webhook.name);
    const message = {
      source: arn,
      type: 'strongroom.webhook.test',
      time: d.clock.now().toISOString(),
      subject: '',
      text: JSON.stringify({ webhook: arn, requestedBy: call.caller.arn }),
    };
    const begin = d.clock.millis();
    const outcome = await d.tests.through(webhook.accountId, () =>
      d.sender.post(webhook, randomUuid(d.random), message, call.signal).catch((error: unknown) => {
        if (error instanceof DeliveryFailure) return error;
        throw error;
      }),
    );
    const took = d.clock.millis() - begin;
    const duration = { seconds: BigInt(Math.floor(took / 1_000)), nanos: (took % 1_000) * 1_000_000 };
    if (typeof outcome === 'number') {
      return { delivered: true, httpStatus: outcome, failureCode: '', failureMessage: '', duration };
    }
    const { code, message: failureMessage, status = 0 } = outcome;
    return { delivered: false, httpStatus: status, failureCode: code, failureMessage, duration };
  });
