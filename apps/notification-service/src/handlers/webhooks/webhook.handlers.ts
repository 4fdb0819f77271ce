import type {
  CreateWebhookRequest,
  CreateWebhookResponse,
  DeleteWebhookRequest,
  DeleteWebhookResponse,
  DescribeWebhookRequest,
  DescribeWebhookResponse,
  ListWebhooksRequest,
  ListWebhooksResponse,
  RotateWebhookSecretRequest,
  RotateWebhookSecretResponse,
  UpdateWebhookRequest,
  UpdateWebhookResponse,
} from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { randomUuid } from '@strongroom/random';
import { requireCa, requireDescription, requireUrl, type Webhook } from '../../domain/webhooks/webhook';
import type { WebhookChange } from '../../domain/webhooks/webhook-store.port';
import { requireLimit } from '../limits';
import type { Call, WebhookDependencies } from './dependencies';
import { changedMeanwhile, openWebhook, requireAccess, toMessage, within } from './webhook-call';

export const createWebhook = (d: WebhookDependencies) =>
  unary<CreateWebhookRequest, CreateWebhookResponse, Call['caller']>(async (request, call) => {
    const { name } = request;
    const url = requireUrl(request.url);
    const description = requireDescription(request.description);
    const caPem = requireCa(request.caPem);
    requireAccess(d, call, 'CreateWebhook', name);
    const id = randomUuid(d.random);
    const { secret, sealedKeys } = await d.secrets.make(id);
    const now = d.clock.now();
    const times = { createdAt: now, changedAt: now, rotatedAt: now };
    const { accountId } = call.caller;
    const isEnabled = request.enabled ?? true;
    const webhook: Webhook = { id, accountId, name, url, description, caPem, isEnabled, sealedKeys, ...times };
    await d.webhooks.insert(webhook, within(call));
    return { webhook: toMessage(d.region, webhook), signingSecret: secret };
  });

export const describeWebhook = (d: WebhookDependencies) =>
  unary<DescribeWebhookRequest, DescribeWebhookResponse, Call['caller']>(async ({ name }, call) => ({
    webhook: toMessage(d.region, await openWebhook(d, call, 'DescribeWebhook', name)),
  }));

export const listWebhooks = (d: WebhookDependencies) =>
  unary<ListWebhooksRequest, ListWebhooksResponse, Call['caller']>(async (request, call) => {
    const limit = requireLimit('MaxResults', request.maxResults);
    const { accountId } = call.caller;
    const question = `ListWebhooks ${accountId}`;
    const [after = ''] = readNextToken(request.nextToken, question, 1) ?? [];
    d.authorizer.require(call, { action: 'events:ListWebhooks', resource: '*', resourceAccountId: accountId });
    const found = await d.webhooks.list(accountId, after, limit + 1);
    const webhooks = found.slice(0, limit).map((webhook) => toMessage(d.region, webhook));
    const last = found.length > limit ? webhooks.at(-1) : undefined;
    return { webhooks, nextToken: last ? writeNextToken([last.name], question) : '' };
  });

export const updateWebhook = (d: WebhookDependencies) =>
  unary<UpdateWebhookRequest, UpdateWebhookResponse, Call['caller']>(async ({ name, ...request }, call) => {
    const change: WebhookChange = {
      ...(request.url !== undefined && { url: requireUrl(request.url) }),
      ...(request.description !== undefined && { description: requireDescription(request.description) }),
      ...(request.caPem !== undefined && { caPem: requireCa(request.caPem) }),
      ...(request.enabled !== undefined && { isEnabled: request.enabled }),
      changedAt: d.clock.now(),
    };
    const webhook = await openWebhook(d, call, 'UpdateWebhook', name);
    if (!(await d.webhooks.change(webhook, change, within(call)))) throw changedMeanwhile();
    return { webhook: toMessage(d.region, { ...webhook, ...change }) };
  });

export const rotateWebhookSecret = (d: WebhookDependencies) =>
  unary<RotateWebhookSecretRequest, RotateWebhookSecretResponse, Call['caller']>(async ({ name }, call) => {
    const webhook = await openWebhook(d, call, 'RotateWebhookSecret', name);
    const { secret, sealedKeys, oldUntil } = await d.secrets.rotate(webhook);
    const now = d.clock.now();
    const change = { sealedKeys, rotatedAt: now, changedAt: now };
    if (!(await d.webhooks.change(webhook, change, within(call)))) throw changedMeanwhile();
    return { signingSecret: secret, oldUntil };
  });

export const deleteWebhook = (d: WebhookDependencies) =>
  unary<DeleteWebhookRequest, DeleteWebhookResponse, Call['caller']>(async ({ name }, call) => {
    await d.webhooks.remove(await openWebhook(d, call, 'DeleteWebhook', name), within(call));
    return {};
  });
