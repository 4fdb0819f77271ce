import { type HotPool, isDuplicateKey, type Statements } from '@strongroom/database';
import { invalidNextToken } from '@strongroom/errors';
import type { PagePosition } from '../domain/page-token';
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
import { dueStatement, openPage, type OpenRotationRow, openStatement } from './rotation.query';
import { insertVersion, putLabels, putTags, RowLockedSecret } from './row-locked-secret';
import { listStatement, positionOf } from './secret-list.query';
import {
  questionMarks,
  SECRET_COLUMNS,
  type SecretRow,
  toSecret,
  toSummary,
  VERSION_COLUMNS,
  type VersionRow,
} from './secret.row';

export class SqlSecretStore implements SecretStore {
  constructor(private readonly pool: HotPool) {}

  async create(secret: NewSecret, { deadline, beforeCommit }: WriteOptions): Promise<void> {
    await this.pool.transaction(
      async (statements) => {
        const id = await insertSecret(statements, secret);
        if (secret.tags.size > 0)
          await putTags(
            statements,
            id,
            [...secret.tags].map(([key, value]) => ({ key, value })),
          );
        if (secret.version) {
          await insertVersion(statements, id, secret.version);
          await putLabels(statements, id, [{ label: AWSCURRENT, versionId: secret.version.versionId }]);
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
    return this.pool.transaction(
      async (statements) => {
        // Two statements: one alone would read labels and tags as they were before it waited for the lock.
        const [id] = await statements.query(`SELECT id FROM secret WHERE id = ? ${lock}`, [secretId]);
        if (!id) return undefined;
        const [row] = await statements.query<SecretRow>(`SELECT ${SECRET_COLUMNS} FROM secret s WHERE s.id = ?`, [secretId]);
        const result = await work(new RowLockedSecret(statements, toSecret(row!)));
        await beforeCommit();
        return result;
      },
      { deadline },
    );
  }

  async list(query: ListQuery, deadline: number): Promise<Page<Secret>> {
    const { text, parameters } = listStatement(query);
    const rows = await this.pool.query<SecretRow>(text, parameters, { deadline });
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
    const rows = await this.pool.query<VersionRow>(
      `SELECT ${VERSION_COLUMNS} FROM secret_version v WHERE v.secret_id = ? AND ${includeDeprecated ? 'TRUE' : labelled}
        ${edge ? 'AND (v.created_at < ? OR (v.created_at = ? AND v.version_id < ?))' : ''}
        ORDER BY v.created_at DESC, v.version_id DESC LIMIT ${limit + 1}`,
      [secretId, ...(edge ? [edge, edge, after.id] : [])],
      { deadline },
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(toSummary),
      ...(last && rows.length > limit ? { next: { key: last.created_at.toISOString(), id: last.version_id } } : {}),
    };
  }

  async dueForPurge(now: Date, limit: number): Promise<{ secretId: number; purgeAt: Date }[]> {
    const rows = await this.pool.query<{ id: number; purge_at: Date }>(
      `SELECT id, purge_at FROM secret WHERE purge_at <= ? ORDER BY purge_at LIMIT ${limit}`,
      [now],
    );
    return rows.map(({ id, purge_at: purgeAt }) => ({ secretId: Number(id), purgeAt }));
  }

  async dueForRotation(now: Date, limit: number, deadline: number): Promise<number[]> {
    const rows = await this.pool.query<{ id: number }>(dueStatement(limit), [now], { deadline });
    return rows.map(({ id }) => Number(id));
  }

  async openRotations({ after, limit }: { after?: PagePosition; limit: number }, deadline: number): Promise<Page<OpenRotation>> {
    const { text, parameters } = openStatement(after, limit);
    return openPage(await this.pool.query<OpenRotationRow>(text, parameters, { deadline }), limit);
  }
}

async function insertSecret(statements: Statements, secret: NewSecret): Promise<number> {
  const columns = {
    account_id: secret.accountId,
    region: secret.region,
    name: secret.name,
    arn_suffix: secret.suffix,
    description: secret.description,
    kms_key_arn: secret.kmsKeyArn ?? null,
    created_at: secret.createdAt,
    last_changed_at: secret.createdAt,
    creation_token: secret.creationToken,
  };
  const names = Object.keys(columns);
  try {
    const { insertId } = await statements.execute(
      `INSERT INTO secret (${names.join(', ')}) VALUES (${questionMarks(names.length)})`,
      Object.values(columns),
    );
    return insertId;
  } catch (error) {
    if (isDuplicateKey(error, 'secret_name')) throw new NameTaken();
    throw error;
  }
}
