import { inTransaction } from '@strongroom/database';
import { type DataSource, MoreThan } from 'typeorm';
import type { CustomFunction } from '../domain/custom-function';
import type { FunctionStore } from '../domain/function-store.port';
import { RotationFunctionEntity } from './rotation-function.entity';

export class SqlFunctionStore implements FunctionStore {
  constructor(private readonly dataSource: DataSource) {}

  find(accountId: string, name: string): Promise<CustomFunction | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const row = await manager.findOneBy(RotationFunctionEntity, { accountId, name });
      return row ? toFunction(row) : undefined;
    });
  }

  list(accountId: string, after: string, limit: number): Promise<CustomFunction[]> {
    return inTransaction(this.dataSource, async (manager) => {
      const rows = await manager.find(RotationFunctionEntity, {
        where: { accountId, name: MoreThan(after) },
        order: { name: 'ASC' },
        take: limit,
      });
      return rows.map(toFunction);
    });
  }

  async put(fn: CustomFunction, beforeCommit: () => Promise<void>, deadline: number): Promise<void> {
    await inTransaction(
      this.dataSource,
      async (manager) => {
        await manager.upsert(RotationFunctionEntity, toRow(fn), ['accountId', 'name']);
        await beforeCommit();
      },
      { deadline },
    );
  }

  remove(accountId: string, name: string, beforeCommit: () => Promise<void>, deadline: number): Promise<boolean> {
    return inTransaction(
      this.dataSource,
      async (manager) => {
        const { affected } = await manager.delete(RotationFunctionEntity, { accountId, name });
        if (!affected) return false;
        await beforeCommit();
        return true;
      },
      { deadline },
    );
  }
}

const toRow = ({
  accountId,
  name,
  description,
  implementation,
  timeoutMs,
  modifiedAt,
}: CustomFunction): RotationFunctionEntity => ({
  accountId,
  name,
  description,
  kind: implementation.kind,
  address: implementation.kind === 'grpc' ? implementation.address : implementation.endpoint,
  serverUri: implementation.kind === 'grpc' ? implementation.serverUri : '',
  caPem: implementation.caPem,
  timeoutMs,
  modifiedAt,
});

const toFunction = (row: RotationFunctionEntity): CustomFunction => ({
  accountId: row.accountId,
  name: row.name,
  description: row.description,
  implementation:
    row.kind === 'grpc'
      ? { kind: 'grpc', address: row.address, serverUri: row.serverUri, caPem: row.caPem }
      : { kind: 'http', endpoint: row.address, caPem: row.caPem },
  timeoutMs: row.timeoutMs,
  modifiedAt: row.modifiedAt,
});
