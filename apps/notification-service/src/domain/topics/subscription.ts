import { isIP } from 'node:net';
import { HOUR } from '@strongroom/clock';
import { readContentType } from './delivery-policy';
import { readFilterPolicy } from './filter-policy';
import { type FilterPolicyScope, type Protocol, PROTOCOLS, type SubscriptionSettings } from './subscription-settings';
import { subscriptionArn, topicArn, type TopicReference } from './topic';
import { invalidParameter } from './topic-errors';

/**
 * `pending`: nobody has confirmed it yet. `ended`: whoever gets the messages has ended it, and for two days may take that back.
 * An ended one is no subscription for anybody else.
 */
export type SubscriptionState = 'pending' | 'confirmed' | 'ended';

export interface Subscription extends SubscriptionSettings {
  /** A UUID. */
  id: string;
  topic: TopicReference;
  /** The account of the caller who subscribed. */
  owner: string;
  /** Their ARN. */
  principal: string;
  protocol: Protocol;
  endpoint: string;
  state: SubscriptionState;
  /** When its last confirmation was made; the confirmation's token is bound to this moment. */
  issuedAt: Date;
  /** Somebody with a credential has confirmed it. */
  wasAuthenticated: boolean;
  /** Having a message is not enough to end it. */
  authenticateOnUnsubscribe: boolean;
}

/** How long a confirmation can be followed. Milliseconds. */
export const CONFIRMATION_LIFETIME = 48 * HOUR;
/** The pause between two confirmations to one endpoint: nobody's mailbox may be filled with them. Milliseconds. */
export const CONFIRMATION_PAUSE = 60_000;

export const MAX_TOPICS = 1_000;
/** Each publication has a row for each subscription. */
export const MAX_SUBSCRIPTIONS = 200;
/** Of one account: whoever subscribes makes Strongroom write to strangers. */
export const MAX_PENDING = 100;

const MAX_ENDPOINT = 2_048;
const MAIL_ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})*$/;
const MAX_MAIL_ADDRESS = 254;

export const DEFAULT_SETTINGS: SubscriptionSettings = {
  filterPolicy: '',
  filterPolicyScope: 'MessageAttributes',
  rawDelivery: false,
  deliveryPolicy: '',
};

/** @throws InvalidParameterException */
export function requireProtocol(protocol: string): Protocol {
  const known = PROTOCOLS.find((one) => one === protocol);
  if (known === undefined)
    throw invalidParameter('Protocol', 'Strongroom has https, http (on the loopback interface) and email.');
  return known;
}

/** @throws InvalidParameterException */
export function requireEndpoint(protocol: Protocol, endpoint: string): string {
  return protocol === 'email' ? requireMailAddress(endpoint) : requireUrl(protocol, endpoint);
}

function requireMailAddress(address: string): string {
  if (address.length <= MAX_MAIL_ADDRESS && MAIL_ADDRESS.test(address)) return address;
  throw invalidParameter('Endpoint', 'It must be one mail address, such as ops@example.com.');
}

function requireUrl(protocol: 'https' | 'http', endpoint: string): string {
  const url = URL.canParse(endpoint) && endpoint.length <= MAX_ENDPOINT ? new URL(endpoint) : undefined;
  if (url?.protocol !== `${protocol}:` || /[\s\p{Cc}]/u.test(endpoint)) {
    throw invalidParameter(
      'Endpoint',
      `It must be a URL that begins with ${protocol}://, of at most ${MAX_ENDPOINT} characters.`,
    );
  }
  // Endpoints are shown to everybody who may list subscriptions.
  if (url.username !== '' || url.password !== '') throw invalidParameter('Endpoint', 'It must have no user and no password.');
  if (protocol === 'http' && !isLoopback(url.hostname)) {
    throw invalidParameter('Endpoint', 'http is for the loopback interface only: everybody on the way could read the messages.');
  }
  return endpoint;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Attributes of SNS that ask for what Strongroom has not. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  RedrivePolicy: 'Strongroom keeps dead letters itself: ListDeliveries of DeliveryService shows them.',
  ReplayPolicy: 'Strongroom archives no messages.',
  SubscriptionRoleArn: 'It is for Firehose, which Strongroom has not.',
};

/** Reads attributes for a subscription that has `present`. @throws InvalidParameterException that names the attribute */
export function readSubscriptionAttributes(
  attributes: Readonly<Record<string, string>>,
  { protocol, ...present }: SubscriptionSettings & { protocol: Protocol },
): SubscriptionSettings {
  const { filterPolicy, filterPolicyScope, rawDelivery, deliveryPolicy } = present;
  const settings = { filterPolicy, filterPolicyScope, rawDelivery, deliveryPolicy };
  for (const [name, value] of Object.entries(attributes)) {
    switch (name) {
      case 'FilterPolicy':
        settings.filterPolicy = value === '{}' ? '' : value;
        break;
      case 'FilterPolicyScope':
        if (!['', 'MessageAttributes', 'MessageBody'].includes(value)) {
          throw invalidParameter(name, 'It must be MessageAttributes or MessageBody.');
        }
        settings.filterPolicyScope = (value || 'MessageAttributes') as FilterPolicyScope;
        break;
      case 'RawMessageDelivery':
        if (!/^(?:true|false|)$/i.test(value)) throw invalidParameter(name, 'It must be true or false.');
        settings.rawDelivery = value.toLowerCase() === 'true';
        break;
      case 'DeliveryPolicy':
        readContentType(value, 'subscription');
        settings.deliveryPolicy = value;
        break;
      default:
        if (!Object.hasOwn(UNSUPPORTED, name))
          throw invalidParameter('AttributeName', `There is no attribute "${name.slice(0, 100)}".`);
        if (value !== '') throw invalidParameter(name, UNSUPPORTED[name]!);
    }
  }
  if (settings.rawDelivery && protocol === 'email') throw invalidParameter('RawMessageDelivery', 'A mail is always plain text.');
  // Both together, because a policy that is right for one scope may be wrong for the other.
  readFilterPolicy(settings.filterPolicy, settings.filterPolicyScope);
  return settings;
}

export function subscriptionAttributes(subscription: Subscription, region: string): Record<string, string> {
  const { topic, id, filterPolicy, deliveryPolicy, state } = subscription;
  return {
    SubscriptionArn: subscriptionArn(topic, id, region),
    TopicArn: topicArn(topic, region),
    Owner: subscription.owner,
    SubscriptionPrincipal: subscription.principal,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    PendingConfirmation: String(state === 'pending'),
    ConfirmationWasAuthenticated: String(subscription.wasAuthenticated),
    RawMessageDelivery: String(subscription.rawDelivery),
    ...(filterPolicy && { FilterPolicy: filterPolicy, FilterPolicyScope: subscription.filterPolicyScope }),
    ...(deliveryPolicy && { DeliveryPolicy: deliveryPolicy, EffectiveDeliveryPolicy: deliveryPolicy }),
  };
}
