import { type HotPool, questionMarks } from '@strongroom/database';
import type { CustomFunction } from '../domain/custom-function';
import type { FunctionStore } from '../domain/function-store.port';

interface FunctionRow {
  account_id: string;
  name: string;
  description: string;
  kind: 'grpc' | 'http';
  /** host:port, or the endpoint's URL. */
  address: string;
  server_uri: string;
  ca_pem: string;
  timeout_ms: number;
  modified_at: Date;
}

const columns = [
  'account_id',
  'name',
  'description',
  'kind',
  'address',
  'server_uri',
  'ca_pem',
  'timeout_ms',
  'modified_at',
] as const satisfies readonly (keyof FunctionRow)[];
const selected = columns.join(', ');
/** All but the key. */
const changed = columns.slice(2).map((column) => `${column} = VALUES(${column})`);

export class DatabaseFunctionStore implements FunctionStore {
  constructor(private readonly pool: HotPool) {}

  async find(accountId: string, name: string): Promise<CustomFunction | undefined> {
    const [row] = await this.pool.query<FunctionRow>(
      `SELECT ${selected} FROM rotation_function WHERE account_id = ? AND name = ?`,
      [accountId, name],
    );
    return row && toFunction(row);
  }

  async list(accountId: string, after: string, limit: number): Promise<CustomFunction[]> {
    const rows = await this.pool.query<FunctionRow>(
      `SELECT ${selected} FROM rotation_function WHERE account_id = ? AND name > ? ORDER BY name LIMIT ${Number(limit)}`,
      [accountId, after],
    );
    return rows.map(toFunction);
  }

  async put(fn: CustomFunction, beforeCommit: () => Promise<void>, deadline: number): Promise<void> {
    const row = toRow(fn);
    await this.pool.transaction(
      async ({ execute }) => {
        await execute(
          `INSERT INTO rotation_function (${selected}) VALUES (${questionMarks(columns.length)})
           ON DUPLICATE KEY UPDATE ${changed.join(', ')}`,
          columns.map((column) => row[column]),
        );
        await beforeCommit();
      },
      { deadline },
    );
  }

  remove(accountId: string, name: string, beforeCommit: () => Promise<void>, deadline: number): Promise<boolean> {
    return this.pool.transaction(
      async ({ execute }) => {
        const { affectedRows } = await execute('DELETE FROM rotation_function WHERE account_id = ? AND name = ?', [
          accountId,
          name,
        ]);
        if (affectedRows === 0) return false;
        await beforeCommit();
        return true;
      },
      { deadline },
    );
  }
}

const toRow = ({ implementation, ...fn }: CustomFunction): FunctionRow => ({
  account_id: fn.accountId,
  name: fn.name,
  description: fn.description,
  kind: implementation.kind,
  address: implementation.kind === 'grpc' ? implementation.address : implementation.endpoint,
  server_uri: implementation.kind === 'grpc' ? implementation.serverUri : '',
  ca_pem: implementation.caPem,
  timeout_ms: fn.timeoutMs,
  modified_at: fn.modifiedAt,
});

const toFunction = (row: FunctionRow): CustomFunction => ({
  accountId: row.account_id,
  name: row.name,
  description: row.description,
  implementation:
    row.kind === 'grpc'
      ? { kind: 'grpc', address: row.address, serverUri: row.server_uri, caPem: row.ca_pem }
      : { kind: 'http', endpoint: row.address, caPem: row.ca_pem },
  timeoutMs: row.timeout_ms,
  modifiedAt: row.modified_at,
});
