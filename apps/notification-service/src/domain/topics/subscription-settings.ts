export const PROTOCOLS = ['https', 'http', 'email'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What a filter policy looks at. */
export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** What SetSubscriptionAttributes changes. */
export interface SubscriptionSettings {
  /** JSON; '': every message passes. */
  filterPolicy: string;
  filterPolicyScope: FilterPolicyScope;
  /** http and https get the message alone. */
  rawDelivery: boolean;
  /** JSON, as it was set; '': the topic's. */
  deliveryPolicy: string;
}
