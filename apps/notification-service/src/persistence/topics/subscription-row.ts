import type { Subscription, SubscriptionState } from '../../domain/topics/subscription';
import type { FilterPolicyScope, Protocol } from '../../domain/topics/subscription-settings';

export interface SubscriptionRow {
  subscription_id: string;
  account_id: string;
  topic_name: string;
  owner: string;
  principal: string;
  protocol: string;
  endpoint: string;
  state: string;
  issued_at: Date;
  filter_policy: string;
  filter_scope: string;
  raw_delivery: number;
  delivery_policy: string;
  was_authenticated: number;
  must_authenticate: number;
}

export const subscriptionColumns = [
  'subscription_id',
  'account_id',
  'topic_name',
  'owner',
  'principal',
  'protocol',
  'endpoint',
  'state',
  'issued_at',
  'filter_policy',
  'filter_scope',
  'raw_delivery',
  'delivery_policy',
  'was_authenticated',
  'must_authenticate',
] as const satisfies readonly (keyof SubscriptionRow)[];

export const toSubscriptionRow = (subscription: Subscription): SubscriptionRow => ({
  subscription_id: subscription.id,
  account_id: subscription.topic.accountId,
  topic_name: subscription.topic.name,
  owner: subscription.owner,
  principal: subscription.principal,
  protocol: subscription.protocol,
  endpoint: subscription.endpoint,
  state: subscription.state,
  issued_at: subscription.issuedAt,
  filter_policy: subscription.filterPolicy,
  filter_scope: subscription.filterPolicyScope,
  raw_delivery: Number(subscription.rawDelivery),
  delivery_policy: subscription.deliveryPolicy,
  was_authenticated: Number(subscription.wasAuthenticated),
  must_authenticate: Number(subscription.authenticateOnUnsubscribe),
});

export const toSubscription = (row: SubscriptionRow): Subscription => ({
  id: row.subscription_id,
  topic: { accountId: row.account_id, name: row.topic_name },
  owner: row.owner,
  principal: row.principal,
  protocol: row.protocol as Protocol,
  endpoint: row.endpoint,
  state: row.state as SubscriptionState,
  issuedAt: row.issued_at,
  filterPolicy: row.filter_policy,
  filterPolicyScope: row.filter_scope as FilterPolicyScope,
  rawDelivery: row.raw_delivery === 1,
  deliveryPolicy: row.delivery_policy,
  wasAuthenticated: row.was_authenticated === 1,
  authenticateOnUnsubscribe: row.must_authenticate === 1,
});
