import type { Payload } from './publication';
import type { Subscription } from './subscription';
import type { Topic } from './topic';
import type { TopicLinks } from './topic-links';
import { topicArn } from './topic';

/** A mail before it has a sender. */
export interface MailForm {
  subject: string;
  text: string;
  /** Where its reader ends the subscription; undefined if that needs a credential, or there is none yet. */
  unsubscribeUrl?: string;
}

/** A mail of a topic: plain text, with a link to end the subscription. */
export function mailForm(
  subscription: Subscription,
  topic: Topic,
  payload: Payload,
  links: TopicLinks,
  region: string,
): MailForm {
  const arn = topicArn(topic, region);
  const name = topic.displayName || topic.name;
  if (payload.type !== 'Notification') {
    const url = links.confirmationPage(arn, links.confirmationToken(subscription.id, payload.issuedAt));
    return {
      subject: `Confirm the subscription to ${name}`,
      text: [
        `Somebody wants to send the messages of the topic ${arn} to this address.`,
        `To confirm that you want them, open this page within two days:\n${url}`,
        'If you do not want them, do nothing: you will get no messages.\n',
      ].join('\n\n'),
    };
  }
  const subject = payload.subject || `Message of ${name}`;
  if (subscription.authenticateOnUnsubscribe) return { subject, text: `${payload.text}\n` };
  const unsubscribeUrl = links.unsubscribePage(subscription);
  return {
    subject,
    text: `${payload.text}\n\n-- \nYou get this message because this address is subscribed to ${arn}.\nTo end that: ${unsubscribeUrl}\n`,
    unsubscribeUrl,
  };
}
