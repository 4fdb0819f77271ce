import type { Statements } from '@strongroom/database';
import type { NewDelivery } from '../../domain/delivery';
import { deliveriesOf } from '../../domain/topics/publication';
import { topicOfArn } from '../../domain/topics/topic';
import type { RuleTarget, TargetKind, TargetMessage } from '../../domain/target-kind.port';
import { confirmedOf } from './subscription.store';

/** The longest subject that SNS has. */
const MAX_SUBJECT = 100;

/**
 * Topics as targets of rules. A rule reaches the topics of its own account; for another account's, that account would have to say
 * so, which a rule cannot ask for.
 */
export class TopicTarget implements TargetKind {
  constructor(private readonly region: string) {}

  matches(arn: string): boolean {
    return arn.startsWith('arn:aws:sns:');
  }

  async expand(tx: Statements, target: RuleTarget, message: TargetMessage): Promise<NewDelivery[]> {
    const topic = topicOfArn(target.arn, this.region);
    if (topic?.accountId !== target.accountId) return [];
    const { messageId, orderingKey, text, time } = message;
    const published = { subject: subjectOf(message), text, texts: {}, attributes: {} };
    return deliveriesOf({ topic, messageId, orderingKey, message: published, at: time }, await confirmedOf(tx, topic));
  }
}

/** For mailboxes: what happened, and to what. */
function subjectOf({ eventName, subject }: TargetMessage): string {
  const resource = subject.slice(subject.lastIndexOf(':') + 1);
  const whole = [eventName, resource]
    .filter(Boolean)
    .join(' ')
    .replace(/\p{Cc}/gu, '');
  return whole.slice(0, MAX_SUBJECT);
}
