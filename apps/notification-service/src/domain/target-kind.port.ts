import type { Statements } from '@strongroom/database';
import type { NewDelivery } from './delivery';

/** A target of a rule. */
export interface RuleTarget {
  accountId: string;
  ruleName: string;
  ruleArn: string;
  /** Unique in the rule. */
  targetId: string;
  /** The ARN of the target. */
  arn: string;
}

/** What a rule makes of one event for one target. */
export interface TargetMessage {
  /** The same for every duplicate; different for each event, rule and target. A UUID. */
  messageId: string;
  /** `id` of the event. */
  eventId: string;
  /** `source` of the event, such as `aws.secretsmanager`. */
  source: string;
  /** `detail-type` of the event. */
  detailType: string;
  /** The operation, such as `PutSecretValue`. */
  eventName: string;
  time: Date;
  /** The ARN of the secret or resource; empty if the event has none. */
  subject: string;
  /** The ordering key of its deliveries: the subject, or the source. */
  orderingKey: string;
  /** What the target gets: the event, its part, or what Input or InputTransformer make of it. Mostly JSON. */
  text: string;
}

/**
 * Where a rule's target leads, by the ARN of the target: a webhook is one delivery, a topic one for each confirmed subscription.
 */
export interface TargetKind {
  matches(arn: string): boolean;
  /** An unknown or disabled target gets none. The caller writes them into the outbox. */
  expand(tx: Statements, target: RuleTarget, message: TargetMessage): Promise<NewDelivery[]>;
}
