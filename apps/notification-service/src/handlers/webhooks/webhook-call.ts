import { auditOf } from '@strongroom/audit-trail';
import type { Webhook as WebhookMessage } from '@strongroom/contracts/strongroom/notification/v1/webhooks';
import { type DomainError, DomainError as Failure, resourceNotFound } from '@strongroom/errors';
import { isArn } from '@strongroom/arn';
import { invalid } from '../../domain/rules/rule';
import type { Within } from '../../domain/rules/rule-store.port';
import { nameInArn, type Webhook, webhookArn } from '../../domain/webhooks/webhook';
import { requireName } from '../limits';
import type { Call, WebhookDependencies } from './dependencies';

export const WEBHOOK_TYPE = 'AWS::Events::Webhook';

/** The caller may do this with a webhook, whether it exists or not; otherwise AccessDeniedException. Returns its ARN. */
export function requireAccess(
  { authorizer, region }: Pick<WebhookDependencies, 'authorizer' | 'region'>,
  call: Call,
  action: string,
  name: string,
): string {
  const { accountId } = call.caller;
  const arn = webhookArn(region, accountId, requireName('Name', name));
  auditOf(call).parameter('name', name);
  auditOf(call).resource(arn, WEBHOOK_TYPE);
  authorizer.require(call, { action: `events:${action}`, resource: arn, resourceAccountId: accountId });
  return arn;
}

/** A webhook by its name or ARN. @throws ResourceNotFoundException */
export async function openWebhook(d: WebhookDependencies, call: Call, action: string, reference: string): Promise<Webhook> {
  const name = nameOf(call, reference);
  requireAccess(d, call, action, name);
  const webhook = await d.webhooks.find(call.caller.accountId, name);
  if (webhook === undefined) throw noSuchWebhook(name);
  return webhook;
}

function nameOf(call: Call, reference: string): string {
  if (!isArn(reference)) return reference;
  const name = nameInArn(reference);
  if (name === undefined) throw invalid('Name must be the name or the ARN of a webhook.');
  if (reference.split(':')[4] !== call.caller.accountId) throw noSuchWebhook(name);
  return name;
}

const noSuchWebhook = (name: string): DomainError => resourceNotFound(`Webhook ${name} does not exist.`);

/** Another change came first. */
export const changedMeanwhile = (): DomainError =>
  new Failure({
    kind: 'aborted',
    reason: 'ConcurrentModificationException',
    message: 'The webhook has been changed or deleted meanwhile; try again.',
  });

export const within = (call: Call): Within => ({ beforeCommit: () => auditOf(call).commit(), deadline: call.deadline });

export const toMessage = (region: string, webhook: Webhook): WebhookMessage => ({
  name: webhook.name,
  arn: webhookArn(region, webhook.accountId, webhook.name),
  url: webhook.url,
  enabled: webhook.isEnabled,
  description: webhook.description,
  createdDate: webhook.createdAt,
  lastChangedDate: webhook.changedAt,
  lastRotatedDate: webhook.rotatedAt,
  caPem: webhook.caPem,
});
