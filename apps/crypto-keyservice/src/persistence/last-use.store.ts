import type { HotPool } from '@strongroom/database';
import type { LastUse, LastUseStore } from '../domain/last-uses';

const BATCH = 500;

interface Row {
  key_id: string;
  operation: string;
  used_at: Date;
  event_id: string;
  request_id: string;
}

export class DatabaseLastUseStore implements LastUseStore {
  constructor(private readonly pool: HotPool) {}

  async keep(uses: readonly LastUse[]): Promise<void> {
    // In one order, so that two processes do not wait for each other.
    const sorted = [...uses].sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    for (let start = 0; start < sorted.length; start += BATCH) await this.keepBatch(sorted.slice(start, start + BATCH));
  }

  async find(keyId: string): Promise<LastUse | undefined> {
    const [row] = await this.pool.query<Row>('SELECT * FROM key_last_use WHERE key_id = ?', [keyId]);
    if (!row) return undefined;
    const { operation, used_at: usedAt, event_id: eventId, request_id: requestId } = row;
    return { keyId, operation, usedAt, eventId, requestId };
  }

  private keepBatch(uses: readonly LastUse[]): Promise<void> {
    const rows = uses.map(() => 'SELECT ? AS key_id, ? AS operation, ? AS used_at, ? AS event_id, ? AS request_id');
    const isNewer = 'VALUES(used_at) > key_last_use.used_at';
    const newest = (column: string) => `${column} = IF(${isNewer}, VALUES(${column}), key_last_use.${column})`;
    return this.pool.transaction(async (statements) => {
      await statements.execute(
        `INSERT INTO key_last_use (key_id, operation, used_at, event_id, request_id)
          SELECT n.key_id, n.operation, n.used_at, n.event_id, n.request_id FROM (${rows.join(' UNION ALL ')}) n
            JOIN customer_key k ON k.key_id = CAST(n.key_id AS CHAR(36) CHARACTER SET ascii) COLLATE ascii_bin
          ON DUPLICATE KEY UPDATE ${['operation', 'event_id', 'request_id', 'used_at'].map(newest).join(', ')}`,
        uses.flatMap(({ keyId, operation, usedAt, eventId, requestId }) => [keyId, operation, usedAt, eventId, requestId]),
      );
    });
  }
}
