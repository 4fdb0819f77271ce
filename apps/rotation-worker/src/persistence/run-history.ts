import { Coalescer } from '@strongroom/coalesce';
import { BatchedLookup, type HotPool, Lease, padded, questionMarks, type Statements } from '@strongroom/database';
import type { RotationRun } from '../domain/rotation-run';
import type { RunHistory, RunPosition, RunWithTries, RunWrite } from '../domain/run-history.port';
import { runColumns, type RunRow, toRun, toRunRow, toTry, toTryRow, tryColumns, type TryRow } from './run-row';

const MAX_BATCH = 64;
const MAX_IDS = 500;
/** The number of transactions at a time; further writes share the next one. Two, so that one that hangs does not stop all. */
const WRITERS = 2;

const runs = runColumns.join(', ');
const rowsOf = (count: number, columns: number): string =>
  Array(count)
    .fill(`(${questionMarks(columns)})`)
    .join(', ');

// An ended run stays as it ended. `state` comes last, because the assignments before it read its old value.
const onKnownRun = `
  next_step  = IF(state = 'running', GREATEST(next_step, VALUES(next_step)), next_step),
  busy_until = IF(state = 'running', VALUES(busy_until), busy_until),
  ended_at   = IF(state = 'running', VALUES(ended_at), ended_at),
  diagnosis  = IF(state = 'running', VALUES(diagnosis), diagnosis),
  state      = IF(state = 'running', VALUES(state), state)`;

const onKnownTry = `
  error_code    = IF(duration_ms IS NULL, VALUES(error_code), error_code),
  error_message = IF(duration_ms IS NULL, VALUES(error_message), error_message),
  duration_ms   = COALESCE(duration_ms, VALUES(duration_ms))`;

/** Writes that arrive while others are running share a transaction of two statements. */
export class DatabaseRunHistory implements RunHistory {
  private readonly writes: Coalescer<RunWrite, void>;
  private readonly lookup: BatchedLookup<string, RunRow>;
  private readonly purging: Lease;

  constructor(private readonly pool: HotPool) {
    this.purging = new Lease(pool, 'purge');
    this.writes = new Coalescer({ maxBatch: MAX_BATCH, maxInFlight: WRITERS, run: (batch) => this.writeAll(batch) });
    this.lookup = new BatchedLookup({
      pool,
      statement: (size) => `SELECT ${runs} FROM rotation_run WHERE run_id IN (${questionMarks(size)})`,
      parameters: (ids) => [...ids],
      assign: (ids, rows) => ids.map((id) => rows.filter((row) => row.run_id === id)),
    });
  }

  async find(runId: string): Promise<RotationRun | undefined> {
    const [row] = await this.lookup.find(runId);
    return row && toRun(row);
  }

  write(entry: RunWrite): Promise<void> {
    return this.writes.ask(entry);
  }

  async rollBack(runId: string): Promise<void> {
    await this.pool.transaction((statements) =>
      statements.execute(`UPDATE rotation_run SET state = 'rolled-back' WHERE run_id = ? AND state = 'failed'`, [runId]),
    );
  }

  async findAll(runIds: readonly string[]): Promise<Map<string, RotationRun>> {
    const found = new Map<string, RotationRun>();
    for (let start = 0; start < runIds.length; start += MAX_IDS) {
      const ids = padded(runIds.slice(start, start + MAX_IDS));
      const rows = await this.pool.query<RunRow>(
        `SELECT ${runs} FROM rotation_run WHERE run_id IN (${questionMarks(ids.length)})`,
        ids,
      );
      for (const row of rows) found.set(row.run_id, toRun(row));
    }
    return found;
  }

  async idle(now: Date, limit: number): Promise<RotationRun[]> {
    const rows = await this.pool.query<RunRow>(
      `SELECT ${runs} FROM rotation_run WHERE state = 'running' AND busy_until <= ? ORDER BY busy_until LIMIT ${Number(limit)}`,
      [now],
    );
    return rows.map(toRun);
  }

  async list(secretArn: string, after: RunPosition | undefined, limit: number): Promise<RunWithTries[]> {
    const rows = await this.pool.query<RunRow>(
      `SELECT ${runs} FROM rotation_run WHERE secret_arn = ?
       ${after ? 'AND started_at <= ? AND (started_at < ? OR run_id < ?)' : ''}
       ORDER BY started_at DESC, run_id DESC LIMIT ${Number(limit)}`,
      after ? [secretArn, after.startedAt, after.startedAt, after.runId] : [secretArn],
    );
    return this.withTries(rows);
  }

  async get(runId: string): Promise<RunWithTries | undefined> {
    const [found] = await this.withTries(await this.lookup.find(runId));
    return found;
  }

  async purge(instant: Date, limit: number): Promise<number> {
    if (!(await this.purging.hold())) return 0;
    try {
      return await this.pool.transaction(async (tx) => {
        await this.purging.guard(tx);
        const old = await tx.query<{ run_id: string }>(
          `SELECT run_id FROM rotation_run r WHERE ended_at < ? AND (state <> 'failed' OR EXISTS
             (SELECT 1 FROM rotation_run later WHERE later.secret_arn = r.secret_arn AND later.started_at > r.started_at))
           ORDER BY ended_at LIMIT ${Number(limit)}`,
          [instant],
        );
        const ids = padded(old.map(({ run_id: runId }) => runId));
        // Their attempts are deleted with them.
        if (old.length > 0) await tx.execute(`DELETE FROM rotation_run WHERE run_id IN (${questionMarks(ids.length)})`, ids);
        return old.length;
      });
    } finally {
      await this.purging.release();
    }
  }

  async newest(secretArn: string): Promise<RunWithTries | undefined> {
    const [found] = await this.list(secretArn, undefined, 1);
    return found;
  }

  private async withTries(rows: readonly RunRow[]): Promise<RunWithTries[]> {
    if (rows.length === 0) return [];
    const ids = padded(rows.map((row) => row.run_id));
    const tries = await this.pool.query<TryRow>(
      `SELECT ${tryColumns.join(', ')} FROM rotation_step_try WHERE run_id IN (${questionMarks(ids.length)}) ORDER BY try_id`,
      ids,
    );
    return rows.map((row) => ({ run: toRun(row), tries: tries.filter((one) => one.run_id === row.run_id).map(toTry) }));
  }

  private async writeAll(batch: readonly RunWrite[]): Promise<void[]> {
    // In the order of the keys, so that two overlapping batches wait for each other and do not deadlock.
    const ordered = [...batch].sort((one, other) => (one.run.runId < other.run.runId ? -1 : 1));
    await this.pool.transaction((statements) => writeRows(statements, ordered));
    return batch.map(() => undefined);
  }
}

async function writeRows({ execute }: Statements, batch: readonly RunWrite[]): Promise<void> {
  const runRows = padded(batch).map(({ run }) => toRunRow(run));
  await execute(
    `INSERT INTO rotation_run (${runs}) VALUES ${rowsOf(runRows.length, runColumns.length)} ON DUPLICATE KEY UPDATE ${onKnownRun}`,
    runRows.flatMap((row) => runColumns.map((column) => row[column])),
  );
  const tries = batch.flatMap(({ run, stepTry }) => (stepTry ? [toTryRow(run.runId, stepTry)] : []));
  if (tries.length === 0) return;
  const tryRows = padded(tries);
  await execute(
    `INSERT INTO rotation_step_try (${tryColumns.join(', ')}) VALUES ${rowsOf(tryRows.length, tryColumns.length)}
     ON DUPLICATE KEY UPDATE ${onKnownTry}`,
    tryRows.flatMap((row) => tryColumns.map((column) => row[column])),
  );
}
