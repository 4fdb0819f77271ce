import { secretArn } from '@strongroom/arn';
import type { FairGate } from '@strongroom/fairness';
import { type HotPool, questionMarks, type Statements } from '@strongroom/database';
import { type KeyBlobHeader, outdatedKeyBlobsOf } from '@strongroom/envelope';
import type { ReEncryption, ReplacedDataKey, StoredDataKey } from '../domain/re-encryption/re-encryption';
import type { ReEncryptionStep, ReEncryptionStore } from '../domain/re-encryption/re-encryption-ports';
import type { WriteOptions } from '../domain/secret-store.port';
import { behind, inRanges } from './data-key-ranges';
import { type ReEncryptionRow, toReEncryption, toRow } from './re-encryption.row';

interface DataKeyRow {
  secret_id: number | string;
  version_id: string;
  wrapped_data_key: Buffer;
  account_id: string;
  region: string;
  name: string;
  arn_suffix: string;
}

export class DatabaseReEncryptionStore implements ReEncryptionStore {
  constructor(
    private readonly pool: HotPool,
    private readonly counts: FairGate,
  ) {}

  async find(keyId: string, deadline?: number): Promise<ReEncryption | undefined> {
    const [row] = await this.pool.query<ReEncryptionRow>(
      'SELECT * FROM data_key_re_encryption WHERE key_id = ?',
      [keyId],
      deadline === undefined ? {} : { deadline },
    );
    return row && toReEncryption(row);
  }

  async running(limit: number): Promise<Pick<ReEncryption, 'keyId' | 'runId'>[]> {
    const rows = await this.pool.query<Pick<ReEncryptionRow, 'key_id' | 'run_id'>>(
      `SELECT key_id, run_id FROM data_key_re_encryption WHERE state = 'running' ORDER BY started_at LIMIT ${limit}`,
      [],
    );
    return rows.map(({ key_id: keyId, run_id: runId }) => ({ keyId, runId }));
  }

  start(
    fresh: ReEncryption,
    changeRunning: Parameters<ReEncryptionStore['start']>[1],
    { deadline, beforeCommit }: WriteOptions,
  ): Promise<ReEncryption> {
    return this.pool.transaction(
      async (statements) => {
        const last = await locked(statements, fresh.keyId);
        const run = last?.state === 'running' ? { ...last, ...changeRunning(last) } : fresh;
        await put(statements, run);
        await beforeCommit();
        return run;
      },
      { deadline },
    );
  }

  stop(keyId: string, at: Date, { deadline, beforeCommit }: WriteOptions): Promise<ReEncryption | undefined> {
    return this.pool.transaction(
      async (statements) => {
        const last = await locked(statements, keyId);
        const run: ReEncryption | undefined = last?.state === 'running' ? { ...last, state: 'stopped', endedAt: at } : last;
        if (run && run !== last) await put(statements, run);
        await beforeCommit();
        return run;
      },
      { deadline },
    );
  }

  async outdated(header: KeyBlobHeader, after: Buffer, limit: number): Promise<StoredDataKey[]> {
    // One range at a time, so that the index gives the order.
    for (const { from, to } of behind(outdatedKeyBlobsOf(header), after)) {
      const rows = await this.pool.query<DataKeyRow>(
        `SELECT v.secret_id, v.version_id, v.wrapped_data_key, s.account_id, s.region, s.name, s.arn_suffix
          FROM (SELECT secret_id, version_id, wrapped_data_key FROM secret_version
            WHERE wrapped_data_key >= ? AND wrapped_data_key < ? ORDER BY wrapped_data_key LIMIT ${limit}) v
          JOIN secret s ON s.id = v.secret_id ORDER BY v.wrapped_data_key`,
        [from, to],
      );
      if (rows.length > 0) return rows.map(toDataKey);
    }
    return [];
  }

  async countOutdated(header: KeyBlobHeader, deadline?: number): Promise<number> {
    const { condition, parameters } = inRanges(outdatedKeyBlobsOf(header));
    const options = deadline === undefined ? {} : { deadline };
    const [row] = await this.counts.through(header.keyId, () =>
      this.pool.query<{ count: number | string }>(
        `SELECT COUNT(*) AS count FROM secret_version WHERE ${condition}`,
        parameters,
        options,
      ),
    );
    return Number(row!.count);
  }

  advance(read: ReEncryption, { replaced, changes }: ReEncryptionStep, options: WriteOptions): Promise<boolean> {
    return this.pool.transaction(
      async (statements) => {
        const now = await locked(statements, read.keyId);
        if (now?.runId !== read.runId || now.state !== 'running' || now.pass !== read.pass || !now.reached.equals(read.reached)) {
          return false;
        }
        const count = replaced.length === 0 ? 0 : await replace(statements, replaced);
        await put(statements, { ...now, ...changes, reEncrypted: now.reEncrypted + count });
        await options.beforeCommit();
        return true;
      },
      { deadline: options.deadline },
    );
  }
}

async function locked(statements: Statements, keyId: string): Promise<ReEncryption | undefined> {
  const [row] = await statements.query<ReEncryptionRow>('SELECT * FROM data_key_re_encryption WHERE key_id = ? FOR UPDATE', [
    keyId,
  ]);
  return row && toReEncryption(row);
}

async function put(statements: Statements, run: ReEncryption): Promise<void> {
  const row = toRow(run);
  const names = Object.keys(row);
  await statements.execute(
    `INSERT INTO data_key_re_encryption (${names.join(', ')}) VALUES (${questionMarks(names.length)})
      ON DUPLICATE KEY UPDATE ${names.map((name) => `${name} = VALUES(${name})`).join(', ')}`,
    Object.values(row),
  );
}

// The data keys are one JSON parameter, so one prepared statement serves batches of all sizes. The order of the joins is fixed,
// because the optimizer does not know how few data keys there are.
const REPLACE = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
      secret_id BIGINT UNSIGNED PATH '$[0]',
      version_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
      wrapped VARCHAR(1368) CHARACTER SET ascii COLLATE ascii_bin PATH '$[2]',
      replacement VARCHAR(1368) CHARACTER SET ascii COLLATE ascii_bin PATH '$[3]'
    )) k
  STRAIGHT_JOIN secret_version v ON v.secret_id = k.secret_id AND v.version_id = k.version_id
    AND v.wrapped_data_key = FROM_BASE64(k.wrapped)
  SET v.wrapped_data_key = FROM_BASE64(k.replacement)`;

/** Replaces those that are still as they were read, and returns their number. */
async function replace(statements: Statements, dataKeys: readonly ReplacedDataKey[]): Promise<number> {
  // Always in the same order, so that two who replace the same rows do not deadlock.
  const ordered = [...dataKeys].sort(
    (a, b) => a.secretId - b.secretId || (a.place.secretVersionId < b.place.secretVersionId ? -1 : 1),
  );
  const rows = ordered.map(({ secretId, place, wrapped, replacement }) => [
    secretId,
    place.secretVersionId,
    wrapped.toString('base64'),
    replacement.toString('base64'),
  ]);
  return (await statements.execute(REPLACE, [JSON.stringify(rows)])).affectedRows;
}

const toDataKey = (row: DataKeyRow): StoredDataKey => ({
  secretId: Number(row.secret_id),
  accountId: row.account_id,
  place: {
    secretArn: secretArn({ region: row.region, account: row.account_id, name: row.name, suffix: row.arn_suffix }),
    secretVersionId: row.version_id,
  },
  wrapped: row.wrapped_data_key,
});
