import { completeSubtrees, consistencyNodes } from '@strongroom/merkle';
import { type HotPool, questionMarks, type Statements } from '@strongroom/database';
import { chained, type ChainHead } from '../domain/chain';
import type { TrailCut } from '../domain/checkpoint.port';
import { termsIn } from '../domain/event-terms';
import { termHash } from '../domain/hashing/term-hash';
import type { RetentionStore } from '../domain/retention';
import { TILE_WIDTH, TrailTree } from '../domain/trail-tree';
import { idBytes, storedEvents, type RecordsRow } from './block-rows';
import { inGroups } from './many-rows';
import { growTree, insertNode } from './tree-growth';
import { DatabaseTrail } from './trail.repository';
import { DatabaseTree } from './tree.repository';

/** Blocks that one transaction removes: their entries are many. */
const PAGE = 4;
const TIMEOUT_MS = 60_000;

/** Removes events, with a database user that may delete. */
export class DatabaseRetention implements RetentionStore {
  private readonly trail: DatabaseTrail;
  private readonly trees: DatabaseTree;

  constructor(private readonly pool: HotPool) {
    this.trail = new DatabaseTrail(pool);
    this.trees = new DatabaseTree(pool);
  }

  heads(): Promise<ChainHead[]> {
    return this.trail.heads();
  }

  async firstKept(accountId: string, instant: Date): Promise<number> {
    const [row] = await this.pool.query<{ kept: number | null; newest: number | null }>(
      `SELECT (SELECT MIN(first_sequence) FROM event_block FORCE INDEX (ix_time) WHERE account_id = ? AND last_time >= ?) AS kept,
              (SELECT MAX(first_sequence) FROM event_block WHERE account_id = ?) AS newest`,
      [accountId, instant, accountId],
      { deadline: Date.now() + TIMEOUT_MS },
    );
    return Number(row?.kept ?? row?.newest ?? 1);
  }

  async hashAt(accountId: string, sequence: number): Promise<Buffer | undefined> {
    return (await this.trees.chainHashes(accountId, sequence, sequence, {}))?.[0];
  }

  async keepTree(accountId: string, after: number, sequence: number): Promise<void> {
    // Where an older version of the service added events without nodes.
    while (!(await this.pool.transaction((statements) => growTree(statements, accountId, sequence))));
    const tree = new TrailTree(this.trees);
    for (let from = after + 1; from < sequence;) {
      const checkpoints = await this.trees.range(accountId, from, sequence, {});
      for (const { size } of checkpoints) await this.keepNodes(tree, accountId, size);
      if (checkpoints.length === 0) return;
      from = checkpoints.at(-1)!.size + 1;
    }
  }

  async addCut({ accountId, sequence, hash, blob }: TrailCut, at: Date): Promise<void> {
    const insert = 'INSERT IGNORE INTO trail_cut (account_id, sequence, hash, seal, created_at) VALUES (?, ?, ?, ?, ?)';
    await this.pool.transaction(({ execute }) => execute(insert, [accountId, sequence, hash, blob, at]));
  }

  async remove(accountId: string, sequence: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const page = await this.pool.transaction((statements) => removePage(statements, accountId, sequence), {
        deadline: Date.now() + TIMEOUT_MS,
      });
      removed += page.events;
      if (page.blocks < PAGE) return removed;
    }
  }

  /** What proofs that begin with this checkpoint need of the leaves of its tile. */
  private async keepNodes(tree: TrailTree, accountId: string, size: number): Promise<void> {
    const start = Math.floor(size / TILE_WIDTH) * TILE_WIDTH;
    if (start === size) return;
    const siblings = consistencyNodes(size - start, TILE_WIDTH).map((range) => ({
      start: range.start + start,
      end: range.end + start,
    }));
    const nodes = [{ start, end: size }, ...siblings].flatMap(completeSubtrees);
    const hashes = await tree.hashes(accountId, {})(nodes);
    await this.pool.transaction(async ({ execute }) => {
      for (const [at, { level, index }] of nodes.entries()) await execute(insertNode, [accountId, level, index, hashes[at]]);
    });
  }
}

interface RemovedRow extends RecordsRow {
  last_time: Date;
}

const removePage = async (statements: Statements, accountId: string, sequence: number) => {
  const rows = await statements.query<RemovedRow>(
    `SELECT first_sequence, last_time, records FROM event_block WHERE account_id = ? AND last_sequence <= ? AND first_sequence <= ?
     ORDER BY first_sequence LIMIT ${PAGE}`,
    [accountId, sequence, sequence],
  );
  let events = 0;
  for (const row of rows) events += await removeBlock(statements, accountId, row);
  return { blocks: rows.length, events };
};

const removeBlock = async ({ execute }: Statements, accountId: string, row: RemovedRow): Promise<number> => {
  const events = (await storedEvents(row)).map(chained);
  for (const terms of inGroups([...termsIn(events).keys()].map(termHash))) {
    await execute(
      `DELETE FROM event_posting WHERE term IN (${questionMarks(terms.length)}) AND last_time = ? AND first_sequence = ?`,
      [...terms, row.last_time, row.first_sequence],
    );
  }
  for (const ids of inGroups(events.map(({ event }) => idBytes(event.eventId)))) {
    await execute(`DELETE FROM event_identity WHERE account_id = ? AND event_id IN (${questionMarks(ids.length)})`, [
      accountId,
      ...ids,
    ]);
  }
  await execute('DELETE FROM event_block WHERE account_id = ? AND first_sequence = ?', [accountId, row.first_sequence]);
  return events.length;
};
