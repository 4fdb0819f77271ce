import { formatArn, parseArn } from '@strongroom/arn';
import { invalidParameter, notFoundTopic } from './topic-errors';

/** Names a topic, which may not exist. */
export interface TopicReference {
  /** 12 digits. */
  accountId: string;
  name: string;
}

/** What SetTopicAttributes changes. */
export interface TopicSettings {
  /** In the `From` of its mails. */
  displayName: string;
  /** '': the default, with which the policies of the account's callers decide. */
  policy: string;
  /** JSON, as it was set; '': the default. */
  deliveryPolicy: string;
}

export interface Topic extends TopicReference, TopicSettings {
  tags: Readonly<Record<string, string>>;
  createdAt: Date;
  /** How many subscriptions have ended. */
  subscriptionsDeleted: number;
}

export const TOPIC_TYPE = 'AWS::SNS::Topic';
const NAME = /^[A-Za-z0-9_-]{1,256}$/;
const PARTITION = 'aws';

/** @throws InvalidParameterException */
export function requireTopicName(name: string): string {
  if (NAME.test(name)) return name;
  const fifo = name.endsWith('.fifo') ? ' Strongroom has no FIFO topics.' : '';
  throw invalidParameter('Topic Name', `It must be 1 to 256 letters, digits, hyphens and underscores.${fifo}`);
}

export const topicArn = ({ accountId, name }: TopicReference, region: string): string =>
  formatArn({ partition: PARTITION, service: 'sns', region, account: accountId, resource: name });

/** Reads the ARN of a topic of this region. @throws InvalidParameterException, NotFoundException for another region's */
export function readTopicArn(text: string, region: string, field = 'TopicArn'): TopicReference {
  const { accountId, name, rest } = partsOf(text, region, field);
  if (rest !== undefined) throw invalidParameter(field, 'It must be the ARN of a topic.');
  return { accountId, name };
}

/** The same for an ARN of anybody's; undefined if it is none of a topic of this region. */
export function topicOfArn(text: string, region: string): TopicReference | undefined {
  const [arn, partition, service, named, accountId = '', name = '', ...rest] = text.split(':');
  const isTopic = arn === 'arn' && partition === PARTITION && service === 'sns' && named === region && rest.length === 0;
  return isTopic && /^\d{12}$/.test(accountId) && NAME.test(name) ? { accountId, name } : undefined;
}

/** A subscription by its ARN, `TOPIC_ARN:UUID`. @throws as `readTopicArn` */
export function readSubscriptionArn(text: string, region: string): TopicReference & { id: string } {
  const { accountId, name, rest } = partsOf(text, region, 'SubscriptionArn');
  if (rest === undefined || !UUID.test(rest)) {
    throw invalidParameter('SubscriptionArn', 'It must be the ARN of a topic, a colon and a UUID.');
  }
  return { accountId, name, id: rest };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const subscriptionArn = (topic: TopicReference, id: string, region: string): string => `${topicArn(topic, region)}:${id}`;

function partsOf(text: string, region: string, field: string) {
  const { partition, service, region: named, account, resource } = parseArn(text, field);
  const [name = '', rest, ...more] = resource.split(':');
  if (partition !== PARTITION || service !== 'sns' || account === '' || !NAME.test(name) || more.length > 0) {
    throw invalidParameter(field, 'It must be an ARN of SNS.');
  }
  // Another region is another cluster.
  if (named !== region) throw notFoundTopic();
  return { accountId: account, name, rest };
}
