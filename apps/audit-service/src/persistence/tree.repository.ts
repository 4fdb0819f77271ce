import type { HotPool } from '@strongroom/database';
import type { CheckpointStore, CutStore, StoredCheckpoint, TrailCut } from '../domain/checkpoint.port';
import type { TreeReader } from '../domain/trail-tree';
import type { Within } from '../domain/trail.port';
import { chainHashes, treeNodes } from './tree-growth';

const page = 256;
const columns = 'account_id, size, note, created_at';

interface CheckpointRow {
  account_id: string;
  size: number;
  note: string;
  created_at: Date;
}

/** The tree over the trail, its checkpoints, and the cuts. Its user may only SELECT and INSERT. */
export class DatabaseTree implements TreeReader, CheckpointStore, CutStore {
  constructor(private readonly pool: HotPool) {}

  chainHashes(accountId: string, first: number, last: number, within: Within): Promise<Buffer[] | undefined> {
    return chainHashes(this.queryWithin(within), accountId, first, last);
  }

  nodes(accountId: string, level: number, first: number, last: number, within: Within): Promise<Map<number, Buffer>> {
    return treeNodes(this.queryWithin(within), accountId, level, first, last);
  }

  async latest(accountId: string, within: Within): Promise<StoredCheckpoint | undefined> {
    const [row] = await this.pool.query<CheckpointRow>(
      `SELECT ${columns} FROM checkpoint WHERE account_id = ? ORDER BY size DESC LIMIT 1`,
      [accountId],
      within,
    );
    return row && toCheckpoint(row);
  }

  async range(accountId: string, first: number, last: number, within: Within): Promise<StoredCheckpoint[]> {
    const rows = await this.pool.query<CheckpointRow>(
      `SELECT ${columns} FROM checkpoint WHERE account_id = ? AND size BETWEEN ? AND ? ORDER BY size LIMIT ${page}`,
      [accountId, first, last],
      within,
    );
    return rows.map(toCheckpoint);
  }

  async add(checkpoint: StoredCheckpoint): Promise<StoredCheckpoint> {
    const { accountId, size, note, createdAt } = checkpoint;
    await this.pool.transaction(({ execute }) =>
      execute(`INSERT IGNORE INTO checkpoint (${columns}) VALUES (?, ?, ?, ?)`, [accountId, size, note, createdAt]),
    );
    const [stored] = await this.range(accountId, size, size, {});
    return stored ?? checkpoint;
  }

  async uncopied(place: Buffer): Promise<StoredCheckpoint[]> {
    const rows = await this.pool.query<CheckpointRow>(
      `SELECT c.account_id, c.size, c.note, c.created_at FROM checkpoint c
       JOIN (SELECT account_id, MAX(size) AS size FROM checkpoint GROUP BY account_id) last
         ON last.account_id = c.account_id AND last.size = c.size
       LEFT JOIN checkpoint_copy p ON p.place = ? AND p.account_id = c.account_id AND p.size = c.size
       WHERE p.size IS NULL ORDER BY c.account_id`,
      [place],
    );
    return rows.map(toCheckpoint);
  }

  async addCopy(place: Buffer, { accountId, size }: Pick<StoredCheckpoint, 'accountId' | 'size'>): Promise<void> {
    await this.pool.transaction(({ execute }) =>
      execute('INSERT IGNORE INTO checkpoint_copy (place, account_id, size) VALUES (?, ?, ?)', [place, accountId, size]),
    );
  }

  async cut(accountId: string, within: Within): Promise<TrailCut | undefined> {
    const [row] = await this.pool.query<{ sequence: number; hash: Buffer; seal: Buffer }>(
      'SELECT sequence, hash, seal FROM trail_cut WHERE account_id = ? ORDER BY sequence DESC LIMIT 1',
      [accountId],
      within,
    );
    return row && { accountId, sequence: Number(row.sequence), hash: row.hash, blob: row.seal };
  }

  private queryWithin(within: Within) {
    return <Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> => this.pool.query<Row>(sql, parameters, within);
  }
}

const toCheckpoint = ({ account_id, size, note, created_at }: CheckpointRow): StoredCheckpoint => ({
  accountId: account_id,
  size: Number(size),
  note,
  createdAt: created_at,
});
