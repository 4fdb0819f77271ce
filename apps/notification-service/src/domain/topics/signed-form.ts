import { subscriptionArn, topicArn } from './topic';
import type { Subscription } from './subscription';
import type { Payload } from './publication';
import type { TopicLinks } from './topic-links';
import type { MessageSigner } from '../hashing/message-signer';

/** A message as http and https get it. */
export interface SignedForm {
  body: string;
  headers: Record<string, string>;
}

export interface FormSurroundings {
  region: string;
  signer: Pick<MessageSigner, 'sign'>;
  links: TopicLinks;
}

interface Fields {
  Type: Payload['type'];
  MessageId: string;
  Token?: string;
  TopicArn: string;
  Subject?: string;
  Message: string;
  SubscribeURL?: string;
  Timestamp: string;
}

/** What SNS signs, in this order; each name and each value is a line. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const satisfies Record<Payload['type'], readonly (keyof Fields)[]>;

const textToSign = (fields: Fields): string =>
  SIGNED[fields.Type].flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`])).join('');

/** SNS's JSON form with its signature of version 2: RSA with SHA-256, by the key of the certificate at SigningCertURL. */
export function signedForm(
  subscription: Subscription,
  messageId: string,
  payload: Payload,
  { region, signer, links }: FormSurroundings,
): SignedForm {
  const arn = topicArn(subscription.topic, region);
  const fields =
    payload.type === 'Notification' ? notification(payload) : confirmation(payload.type, subscription, arn, links, payload);
  const whole: Fields = { ...fields, MessageId: messageId, TopicArn: arn };
  const body = {
    Type: whole.Type,
    MessageId: messageId,
    ...(whole.Token !== undefined && { Token: whole.Token }),
    TopicArn: arn,
    ...(whole.Subject !== undefined && { Subject: whole.Subject }),
    Message: whole.Message,
    ...(whole.SubscribeURL !== undefined && { SubscribeURL: whole.SubscribeURL }),
    Timestamp: whole.Timestamp,
    SignatureVersion: '2',
    Signature: signer.sign(textToSign(whole)),
    SigningCertURL: links.certificate(),
    ...(payload.type === 'Notification' && {
      UnsubscribeURL: links.unsubscribe(subscription),
      ...shownAttributes(payload.attributes),
    }),
  };
  return { body: JSON.stringify(body), headers: headersOf(payload.type, messageId, subscription, region) };
}

/** The message alone, as RawMessageDelivery wants it. */
export function rawForm(subscription: Subscription, messageId: string, text: string, region: string): SignedForm {
  const headers = headersOf('Notification', messageId, subscription, region);
  return { body: text, headers: { ...headers, 'x-amz-sns-rawdelivery': 'true' } };
}

type Unaddressed = Omit<Fields, 'MessageId' | 'TopicArn'>;

const notification = ({ subject, text, timestamp }: Extract<Payload, { type: 'Notification' }>): Unaddressed => ({
  Type: 'Notification',
  ...(subject !== '' && { Subject: subject }),
  Message: text,
  Timestamp: timestamp,
});

function confirmation(
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  subscription: Subscription,
  arn: string,
  links: TopicLinks,
  { issuedAt }: { issuedAt: number },
): Unaddressed {
  const token = links.confirmationToken(subscription.id, issuedAt);
  return {
    Type: type,
    Token: token,
    Message:
      type === 'SubscriptionConfirmation'
        ? `Somebody has subscribed this endpoint to the topic ${arn}. Visit the SubscribeURL of this message to confirm it.`
        : `The subscription of this endpoint to the topic ${arn} has ended. Visit the SubscribeURL of this message to restore it.`,
    SubscribeURL: links.confirm(arn, token),
    Timestamp: new Date(issuedAt).toISOString(),
  };
}

const shownAttributes = (attributes: Extract<Payload, { type: 'Notification' }>['attributes']) =>
  Object.keys(attributes).length === 0
    ? {}
    : {
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
        ),
      };

const headersOf = (type: Payload['type'], messageId: string, { topic, id }: Subscription, region: string) => ({
  'x-amz-sns-message-type': type,
  'x-amz-sns-message-id': messageId,
  'x-amz-sns-topic-arn': topicArn(topic, region),
  ...(type !== 'SubscriptionConfirmation' && { 'x-amz-sns-subscription-arn': subscriptionArn(topic, id, region) }),
});
