import type { Statements } from '@strongroom/database';
import type { Within } from '../rules/rule-store.port';
import type { Webhook } from './webhook';

/** What can be changed. */
export type WebhookChange = Partial<
  Pick<Webhook, 'url' | 'description' | 'caPem' | 'isEnabled' | 'sealedKeys' | 'changedAt' | 'rotatedAt'>
>;

export interface WebhookStore {
  find(accountId: string, name: string, tx?: Statements): Promise<Webhook | undefined>;
  byId(id: string): Promise<Webhook | undefined>;
  /** By name, after `after`. */
  list(accountId: string, after: string, limit: number): Promise<Webhook[]>;
  /** @throws ResourceExistsException, LimitExceededException */
  insert(webhook: Webhook, within: Within): Promise<void>;
  /** Changes it if its secrets are still `sealedKeys`; false if they are not, or it is gone. */
  change(webhook: Webhook, change: WebhookChange, within: Within): Promise<boolean>;
  /** Deletes it and all that waits for it. */
  remove(webhook: Webhook, within: Within): Promise<void>;
}
