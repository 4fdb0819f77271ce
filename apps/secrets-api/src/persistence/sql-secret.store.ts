import { inTransaction, isDuplicateKey } from '@strongroom/database';
import { invalidNextToken } from '@strongroom/errors';
import type { DataSource, EntityManager } from 'typeorm';
import type { PagePosition } from '../domain/page-token';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { VersionSummary } from '../domain/secret';
import { secretNotFound } from '../domain/secret-errors';
import {
  type ListQuery,
  type LockedSecret,
  NameTaken,
  type NewSecret,
  type OpenRotation,
  type Page,
  type SecretStore,
  type VersionListQuery,
  type WriteOptions,
} from '../domain/secret-store.port';
import type { Secret } from '../domain/secret';
import { AWSCURRENT } from '../domain/secret';
import { dueStatement, findRotationRequest, openPage, type OpenRotationRow, openStatement } from './rotation.query';
import { RowLockedSecret } from './row-locked-secret';
import { LabelEntity, SecretEntity, TagEntity, VersionEntity } from './secret.entity';
import { listStatement, positionOf } from './secret-list.query';
import { dayOf, SECRET_COLUMNS, type SecretRow, toSecret } from './secret.row';

interface VersionRow {
  version_id: string;
  created_at: Date;
  last_accessed_on: Date;
  kms_key_arn: string | null;
}

const VERSION_COLUMNS = 'v.version_id, v.created_at, v.last_accessed_on, v.kms_key_arn';

export class SqlSecretStore implements SecretStore {
  constructor(private readonly dataSource: DataSource) {}

  async create(secret: NewSecret, { deadline, beforeCommit }: WriteOptions): Promise<void> {
    await inTransaction(
      this.dataSource,
      async (manager) => {
        const id = await insertSecret(manager, secret);
        if (secret.tags.size > 0) {
          await manager.insert(
            TagEntity,
            [...secret.tags].map(([key, value]) => ({ secretId: id, key, value })),
          );
        }
        if (secret.version) {
          const { versionId, createdAt, sealed } = secret.version;
          await manager.insert(VersionEntity, { secretId: id, versionId, createdAt, ...sealed });
          await manager.insert(LabelEntity, { secretId: id, label: AWSCURRENT, versionId });
        }
        await beforeCommit();
      },
      { deadline },
    );
  }

  async change<Result>(
    secretId: number,
    work: (locked: LockedSecret) => Promise<Result>,
    options: WriteOptions,
  ): Promise<Result> {
    const outcome = await this.locked('FOR UPDATE', secretId, async (locked) => ({ result: await work(locked) }), options);
    if (!outcome) throw secretNotFound();
    return outcome.result;
  }

  tryChange<Result>(
    secretId: number,
    work: (locked: LockedSecret) => Promise<Result>,
    options: WriteOptions,
  ): Promise<Result | undefined> {
    return this.locked('FOR UPDATE SKIP LOCKED', secretId, work, options);
  }

  private locked<Result>(
    lock: string,
    secretId: number,
    work: (locked: LockedSecret) => Promise<Result>,
    { deadline, beforeCommit }: WriteOptions,
  ): Promise<Result | undefined> {
    return inTransaction(
      this.dataSource,
      async (manager) => {
        // Two statements: one alone would read labels and tags as they were before it waited for the lock.
        const [id] = (await manager.query(`SELECT id FROM secret WHERE id = ? ${lock}`, [secretId])) as unknown[];
        if (!id) return undefined;
        const [row] = (await manager.query(`SELECT ${SECRET_COLUMNS} FROM secret s WHERE s.id = ?`, [secretId])) as SecretRow[];
        const result = await work(new RowLockedSecret(manager, toSecret(row!)));
        await beforeCommit();
        return result;
      },
      { deadline },
    );
  }

  async list(query: ListQuery, deadline: number): Promise<Page<Secret>> {
    const { text, parameters } = listStatement(query);
    const rows = await this.read<SecretRow>(text, parameters, deadline);
    const page = rows.slice(0, query.limit);
    return {
      items: page.map(toSecret),
      ...(rows.length > query.limit ? { next: positionOf(query.sort, page.at(-1)!) } : {}),
    };
  }

  async listVersions(
    { secretId, includeDeprecated, after, limit }: VersionListQuery,
    deadline: number,
  ): Promise<Page<VersionSummary>> {
    const edge = after && new Date(after.key);
    if (edge && Number.isNaN(edge.getTime())) throw invalidNextToken('NextToken is not one that this operation gave out.');
    const labelled = 'EXISTS (SELECT 1 FROM version_label l WHERE l.secret_id = v.secret_id AND l.version_id = v.version_id)';
    const rows = await this.read<VersionRow>(
      `SELECT ${VERSION_COLUMNS} FROM secret_version v WHERE v.secret_id = ? AND ${includeDeprecated ? 'TRUE' : labelled}
        ${edge ? 'AND (v.created_at < ? OR (v.created_at = ? AND v.version_id < ?))' : ''}
        ORDER BY v.created_at DESC, v.version_id DESC LIMIT ${limit + 1}`,
      [secretId, ...(edge ? [edge, edge, after.id] : [])],
      deadline,
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(toSummary),
      ...(last && rows.length > limit ? { next: { key: last.created_at.toISOString(), id: last.version_id } } : {}),
    };
  }

  async dueForPurge(now: Date, limit: number): Promise<{ secretId: number; purgeAt: Date }[]> {
    const rows = await this.read<{ id: number; purge_at: Date }>(
      `SELECT id, purge_at FROM secret WHERE purge_at <= ? ORDER BY purge_at LIMIT ${limit}`,
      [now],
    );
    return rows.map(({ id, purge_at: purgeAt }) => ({ secretId: Number(id), purgeAt }));
  }

  rotationRequest(secretId: number, deadline: number): Promise<RotationRequest | undefined> {
    return inTransaction(this.dataSource, (manager) => findRotationRequest(manager, secretId), { deadline });
  }

  async dueForRotation(now: Date, limit: number, deadline: number): Promise<number[]> {
    const rows = await this.read<{ id: number }>(dueStatement(limit), [now], deadline);
    return rows.map(({ id }) => Number(id));
  }

  async openRotations({ after, limit }: { after?: PagePosition; limit: number }, deadline: number): Promise<Page<OpenRotation>> {
    const { text, parameters } = openStatement(after, limit);
    return openPage(await this.read<OpenRotationRow>(text, parameters, deadline), limit);
  }

  /** In a transaction for its retries and its deadline. */
  private read<Row>(text: string, parameters: unknown[], deadline?: number): Promise<Row[]> {
    return inTransaction(this.dataSource, (manager) => manager.query(text, parameters) as Promise<Row[]>, { deadline });
  }
}

export const toSummary = (row: VersionRow): VersionSummary => ({
  versionId: row.version_id,
  createdAt: row.created_at,
  lastAccessedOn: dayOf(row.last_accessed_on),
  kmsKeyArn: row.kms_key_arn ?? undefined,
});

async function insertSecret(manager: EntityManager, secret: NewSecret): Promise<number> {
  try {
    const { identifiers } = await manager.insert(SecretEntity, {
      accountId: secret.accountId,
      region: secret.region,
      name: secret.name,
      arnSuffix: secret.suffix,
      description: secret.description,
      kmsKeyArn: secret.kmsKeyArn ?? null,
      createdAt: secret.createdAt,
      lastChangedAt: secret.createdAt,
      creationToken: secret.creationToken,
    });
    return Number((identifiers[0] as { id: number }).id);
  } catch (error) {
    if (isDuplicateKey(error, 'secret_name')) throw new NameTaken();
    throw error;
  }
}
