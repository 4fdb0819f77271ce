import { type HotPool, isDuplicateKey, questionMarks, type Statements } from '@strongroom/database';
import { FairGate } from '@strongroom/fairness';
import type { Logger } from '@strongroom/telemetry';
import { instantIn, type PagePosition } from '../domain/page-token';
import { matchesWords } from '../domain/secret-filter';
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
import { AWSCURRENT } from '../domain/labels';
import { dueStatement, openPage, type OpenRotationRow, openStatement } from './rotation.query';
import { putTags, RowLockedSecret } from './row-locked-secret';
import { insertChanges } from './change-feed';
import { insertTerms, replaceTerms } from './search-terms.statements';
import {
  alongOrder,
  type Estimate,
  estimateStatement,
  positionOf,
  rangesOf,
  type ReadRow,
  shortestWay,
  type Sql,
} from './secret-list.query';
import { SecretStatements } from './secret-statements';
import { LABELLED, type SecretRow, toSecret, toSummary, VERSION_COLUMNS, type VersionRow, withoutDamage } from './secret.row';
import { type Change, type Lock, lockSecrets, makeOne, NOT_SHARED, SharedChanges } from './shared-changes';

/**
 * The calls that wait for the lock of a secret at a time, each on its own connection. One for each secret, because its others
 * would only wait behind it.
 */
const MAX_WAITING_FOR_LOCKS = 8;
/**
 * The lists that run at a time, and how many of them for one account: its further lists wait, but no other account waits for
 * them.
 */
const MAX_LISTS = 4;
const MAX_LISTS_OF_ACCOUNT = 3;
/**
 * The most statements for one page, if the search words match few rows of each. Beyond it, the page has what was found, and there
 * is a next one.
 */
const MAX_LIST_STATEMENTS = 50;

export class DatabaseSecretStore implements SecretStore {
  private readonly changes: SharedChanges;
  private readonly locks = new FairGate({ slots: MAX_WAITING_FOR_LOCKS, slotsPerLane: 1 });
  private readonly lists = new FairGate({ slots: MAX_LISTS, slotsPerLane: MAX_LISTS_OF_ACCOUNT });

  /**
   * @param pool has more connections than lists, lock waiters and counts take together, so that others always find one
   * @param choose the way of lists with filters that terms answer
   */
  constructor(
    private readonly pool: HotPool,
    private readonly logger: Logger,
    private readonly choose = shortestWay,
  ) {
    this.changes = new SharedChanges(pool);
  }

  async create(secret: NewSecret, { deadline, beforeCommit }: WriteOptions): Promise<void> {
    await this.pool.transaction(
      async (statements) => {
        const id = await insertSecret(statements, secret);
        const tags = [...secret.tags].map(([key, value]) => ({ key, value }));
        if (tags.length > 0) await putTags(statements, id, tags);
        await insertTerms(statements, [{ ...secret, id }]);
        await insertChanges(statements, [secret]);
        if (secret.version) {
          const { versionId } = secret.version;
          const shared = new SecretStatements(statements);
          await shared.addVersion(id, { ...secret.version, isCurrent: true });
          await shared.putLabels(id, [{ label: AWSCURRENT, versionId }]);
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
    const outcome = await this.changeLocked('FOR UPDATE', { secretId, work, options });
    if (!outcome) throw secretNotFound();
    return outcome.result;
  }

  async tryChange<Result>(
    secretId: number,
    work: (locked: LockedSecret) => Promise<Result>,
    options: WriteOptions,
  ): Promise<Result | undefined> {
    return (await this.changeLocked('FOR UPDATE SKIP LOCKED', { secretId, work, options }))?.result;
  }

  /** In a shared transaction, or else alone, with that lock. */
  private async changeLocked<Result>(lock: Lock, change: Change<Result>): Promise<{ result: Result } | undefined> {
    const result = await this.changes.change(change);
    if (result !== NOT_SHARED) return { result };
    if (lock === 'FOR UPDATE SKIP LOCKED') return this.changeAlone(lock, change);
    return this.locks.through(String(change.secretId), () => this.changeAlone(lock, change));
  }

  private changeAlone<Result>(lock: Lock, change: Change<Result>): Promise<{ result: Result } | undefined> {
    const { secretId, options } = change;
    return this.pool.transaction(
      async (statements) => {
        const row = (await lockSecrets(statements, [secretId], lock)).get(secretId);
        if (!row) return undefined;
        const locked = new RowLockedSecret(new SecretStatements(statements), toSecret(row));
        return { result: await makeOne(locked, change) };
      },
      { deadline: options.deadline },
    );
  }

  async list(query: ListQuery, deadline: number): Promise<Page<Secret>> {
    const ask = <Row>({ text, parameters }: Sql): Promise<Row[]> =>
      this.lists.through(query.accountId, () => this.pool.query<Row>(text, parameters, { deadline }));
    const ranges = rangesOf(query);
    const way =
      ranges.length === 0 ? alongOrder : this.choose(query, ranges, await ask<Estimate>(estimateStatement(query, ranges)));
    const items: Secret[] = [];
    let { after } = query;
    for (let statements = 0; statements < MAX_LIST_STATEMENTS; statements++) {
      const rows = await ask<SecretRow & ReadRow>(way({ ...query, after }));
      for (const [index, row] of rows.entries()) {
        if (index === query.limit) break;
        if (index > 0 && row.id === rows[index - 1]!.id) continue;
        after = positionOf(query.sort, row);
        const secret = row.passes === 0 ? undefined : this.listed(row);
        if (secret && matchesWords(secret, query.filters)) items.push(secret);
        if (items.length === query.limit) return { items, ...(rows.length > index + 1 ? { next: after } : {}) };
      }
      if (rows.length <= query.limit) return { items };
    }
    return { items, next: after };
  }

  /**
   * Writes the terms of secrets that have none, or not those of their present texts. Returns their number; 0: there were none, or
   * others are at work on them.
   */
  async makeSearchable(limit: number): Promise<number> {
    const found = await this.pool.query<{ id: number | string }>(
      `SELECT id FROM secret WHERE unsearchable = TRUE LIMIT ${limit}`,
      [],
    );
    if (found.length === 0) return 0;
    return this.pool.transaction(async (statements) => {
      const ids = found.map(({ id }) => Number(id));
      const rows = await lockSecrets(statements, ids, 'FOR UPDATE SKIP LOCKED');
      const secrets = [...rows.values()].flatMap((row) => this.listed(row) ?? []);
      if (secrets.length > 0) await replaceTerms(statements, secrets);
      return secrets.length;
    });
  }

  /** A damaged row is listed anyway, with what can be read of it. */
  private listed(row: SecretRow): Secret | undefined {
    try {
      return toSecret(row);
    } catch (error) {
      this.logger.error('a stored secret is damaged', { error, accountId: row.account_id });
    }
    try {
      return withoutDamage(row);
    } catch {
      return undefined;
    }
  }

  async listVersions(
    { secretId, includeDeprecated, after, limit }: VersionListQuery,
    deadline: number,
  ): Promise<Page<VersionSummary>> {
    const edge = after && instantIn(after.key);
    const rows = await this.pool.query<VersionRow>(
      `SELECT ${VERSION_COLUMNS} FROM secret_version v WHERE v.secret_id = ? AND ${includeDeprecated ? 'TRUE' : LABELLED}
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

  async postponeRotation(secretId: number, until: Date, deadline: number): Promise<void> {
    await this.pool.transaction(
      async (statements) => {
        await statements.execute('UPDATE secret SET next_rotation_at = ? WHERE id = ? AND next_rotation_at < ?', [
          until,
          secretId,
          until,
        ]);
      },
      { deadline },
    );
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
    searched_at: secret.createdAt,
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
