import type { Statements } from '@strongroom/database';
import type { NewDelivery } from '../delivery';
import type { RuleTarget, TargetKind, TargetMessage } from '../target-kind.port';
import type { WebhookMessage } from './cloud-event';
import { nameInArn, type Webhook } from './webhook';
import type { WebhookStore } from './webhook-store.port';

/** Webhooks as targets of rules, each of its own account only. */
export class WebhookTarget implements TargetKind {
  /** What a transaction has looked up already: many events go to few webhooks. */
  private readonly known = new WeakMap<Statements, Map<string, Webhook | undefined>>();

  constructor(private readonly webhooks: Pick<WebhookStore, 'find'>) {}

  matches(arn: string): boolean {
    return nameInArn(arn) !== undefined;
  }

  async expand(tx: Statements, target: RuleTarget, message: TargetMessage): Promise<NewDelivery[]> {
    const webhook = await this.find(tx, target);
    if (!webhook?.isEnabled) return [];
    const content: WebhookMessage = {
      source: target.ruleArn,
      type: `${message.source}.${message.eventName}`,
      time: message.time.toISOString(),
      subject: message.subject,
      text: message.text,
    };
    return [
      {
        accountId: target.accountId,
        destination: { kind: 'webhook', id: webhook.id },
        orderingKey: message.orderingKey,
        messageId: message.messageId,
        payload: JSON.stringify(content),
      },
    ];
  }

  private async find(tx: Statements, { accountId, arn }: RuleTarget): Promise<Webhook | undefined> {
    // A rule reaches the webhooks of its own account.
    if (arn.split(':')[4] !== accountId) return undefined;
    let known = this.known.get(tx);
    if (known === undefined) this.known.set(tx, (known = new Map<string, Webhook | undefined>()));
    if (!known.has(arn)) known.set(arn, await this.webhooks.find(accountId, nameInArn(arn)!, tx));
    return known.get(arn);
  }
}
