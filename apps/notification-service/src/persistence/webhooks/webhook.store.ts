import { type HotPool, isDuplicateKey, questionMarks, type Statements } from '@strongroom/database';
import { limitExceeded, resourceExists } from '@strongroom/errors';
import type { Within } from '../../domain/rules/rule-store.port';
import { MAX_WEBHOOKS, type Webhook } from '../../domain/webhooks/webhook';
import type { WebhookChange, WebhookStore } from '../../domain/webhooks/webhook-store.port';
import { takeTurn } from '../account-turn';
import { dropDestination } from '../outbox';

interface WebhookRow {
  webhook_id: string;
  account_id: string;
  name: string;
  url: string;
  description: string;
  ca_pem: string;
  is_enabled: number | boolean;
  sealed_keys: Buffer;
  created_at: Date;
  changed_at: Date;
  rotated_at: Date;
}

const columns = [
  'webhook_id',
  'account_id',
  'name',
  'url',
  'description',
  'ca_pem',
  'is_enabled',
  'sealed_keys',
  'created_at',
  'changed_at',
  'rotated_at',
] as const satisfies readonly (keyof WebhookRow)[];
const selected = columns.join(', ');

export class DatabaseWebhookStore implements WebhookStore {
  constructor(private readonly pool: HotPool) {}

  async find(accountId: string, name: string, tx: Pick<Statements, 'query'> = this.pool): Promise<Webhook | undefined> {
    const sql = `SELECT ${selected} FROM webhook WHERE account_id = ? AND name = ?`;
    const [row] = await tx.query<WebhookRow>(sql, [accountId, name]);
    return row && toWebhook(row);
  }

  async byId(id: string): Promise<Webhook | undefined> {
    const [row] = await this.pool.query<WebhookRow>(`SELECT ${selected} FROM webhook WHERE webhook_id = ?`, [id]);
    return row && toWebhook(row);
  }

  async list(accountId: string, after: string, limit: number): Promise<Webhook[]> {
    const rows = await this.pool.query<WebhookRow>(
      `SELECT ${selected} FROM webhook WHERE account_id = ? AND name > ? ORDER BY name LIMIT ${Number(limit)}`,
      [accountId, after],
    );
    return rows.map(toWebhook);
  }

  async insert(webhook: Webhook, { beforeCommit, deadline }: Within): Promise<void> {
    const row = toRow(webhook);
    try {
      await this.pool.transaction(
        async (tx) => {
          const { query, execute } = tx;
          await takeTurn(tx, webhook.accountId);
          await execute(
            `INSERT INTO webhook (${selected}) VALUES (${questionMarks(columns.length)})`,
            columns.map((column) => row[column]),
          );
          const [counted] = await query<{ webhooks: number }>('SELECT COUNT(*) AS webhooks FROM webhook WHERE account_id = ?', [
            webhook.accountId,
          ]);
          if (Number(counted!.webhooks) > MAX_WEBHOOKS) {
            throw limitExceeded(`An account must have at most ${MAX_WEBHOOKS} webhooks.`);
          }
          await beforeCommit();
        },
        { deadline },
      );
    } catch (error) {
      if (isDuplicateKey(error)) throw resourceExists(`Webhook ${webhook.name} already exists.`);
      throw error;
    }
  }

  change(webhook: Webhook, change: WebhookChange, { beforeCommit, deadline }: Within): Promise<boolean> {
    const row = toRow({ ...webhook, ...change });
    return this.pool.transaction(
      async ({ query, execute }) => {
        const [present] = await query<Pick<WebhookRow, 'sealed_keys'>>(
          'SELECT sealed_keys FROM webhook WHERE webhook_id = ? FOR UPDATE',
          [webhook.id],
        );
        if (!present?.sealed_keys.equals(webhook.sealedKeys)) return false;
        const changed = columns.slice(3);
        await execute(`UPDATE webhook SET ${changed.map((column) => `${column} = ?`).join(', ')} WHERE webhook_id = ?`, [
          ...changed.map((column) => row[column]),
          webhook.id,
        ]);
        await beforeCommit();
        return true;
      },
      { deadline },
    );
  }

  remove(webhook: Webhook, { beforeCommit, deadline }: Within): Promise<void> {
    return this.pool.transaction(
      async (tx) => {
        await tx.execute('DELETE FROM webhook WHERE webhook_id = ?', [webhook.id]);
        await dropDestination(tx, { kind: 'webhook', id: webhook.id });
        await beforeCommit();
      },
      { deadline },
    );
  }
}

const toRow = (webhook: Webhook): WebhookRow => ({
  webhook_id: webhook.id,
  account_id: webhook.accountId,
  name: webhook.name,
  url: webhook.url,
  description: webhook.description,
  ca_pem: webhook.caPem,
  is_enabled: webhook.isEnabled,
  sealed_keys: webhook.sealedKeys,
  created_at: webhook.createdAt,
  changed_at: webhook.changedAt,
  rotated_at: webhook.rotatedAt,
});

const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.webhook_id,
  accountId: row.account_id,
  name: row.name,
  url: row.url,
  description: row.description,
  caPem: row.ca_pem,
  isEnabled: Boolean(row.is_enabled),
  sealedKeys: row.sealed_keys,
  createdAt: row.created_at,
  changedAt: row.changed_at,
  rotatedAt: row.rotated_at,
});
