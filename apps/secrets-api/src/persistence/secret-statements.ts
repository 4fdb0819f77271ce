import { Coalescer } from '@strongroom/coalesce';
import { BatchedLookup, padded, questionMarks, type Statements } from '@strongroom/database';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { LabelWrite, NewVersion } from '../domain/secret';
import type { SecretChanges } from '../domain/secret-store.port';
import { KEPT_VERSIONS, MAX_VERSIONS } from '../domain/version-retention';
import type { Fullness } from '../domain/secret-store.port';
import { DatabaseRotationRequestReader } from './rotation-request.reader';
import { putRotationRequests } from './rotation.query';
import type { ChangedSecret } from '../domain/watch/change-feed.port';
import { insertChanges } from './change-feed';
import { replaceTerms, type SearchedSecret } from './search-terms.statements';
import { changedColumns, VERSION_COLUMNS, type VersionRow } from './secret.row';

interface VersionKey {
  secretId: number;
  versionId: string;
}

type KeyedVersionRow = VersionRow & { secret_id: number | string };

interface OfSecret<What> {
  secretId: number;
  what: What;
}

/**
 * The statements of one transaction for the secrets whose rows it has locked. The transactions of many calls are one
 * (`SharedChanges`): their requests of one turn of the event loop are one statement, and one round trip.
 */
export class SecretStatements {
  private readonly versions: BatchedLookup<VersionKey, KeyedVersionRow>;
  private readonly full: BatchedLookup<number, { secret_id: number | string; is_full: number | null }>;
  private readonly requests: DatabaseRotationRequestReader;
  private readonly newVersions: Coalescer<OfSecret<NewVersion>, void>;
  private readonly currentVersions: Coalescer<VersionKey, void>;
  private readonly newLabels: Coalescer<OfSecret<LabelWrite>, void>;
  private readonly oldLabels: Coalescer<OfSecret<string>, void>;
  private readonly newRequests: Coalescer<OfSecret<RotationRequest>, void>;
  private readonly changes: Coalescer<OfSecret<SecretChanges>, void>;
  private readonly terms: Coalescer<SearchedSecret, void>;
  private readonly announcements: Coalescer<ChangedSecret, void>;

  constructor(readonly statements: Statements) {
    this.versions = new BatchedLookup<VersionKey, KeyedVersionRow>({
      pool: statements,
      statement: (size) =>
        `SELECT v.secret_id, ${VERSION_COLUMNS} FROM secret_version v
          WHERE ${Array(size).fill('(v.secret_id = ? AND v.version_id = ?)').join(' OR ')}`,
      parameters: (keys) => keys.flatMap(({ secretId, versionId }) => [secretId, versionId]),
      assign: (keys, rows) =>
        keys.map((key) => rows.filter((row) => Number(row.secret_id) === key.secretId && row.version_id === key.versionId)),
    });
    this.full = new BatchedLookup<number, { secret_id: number | string; is_full: number | null }>({
      pool: statements,
      // Reads no more index entries than necessary, however many there are.
      statement: (size) =>
        `SELECT s.id AS secret_id, ${hasVersions(MAX_VERSIONS)} AS is_full FROM secret s
          WHERE s.id IN (${questionMarks(size)}) AND ${hasVersions(KEPT_VERSIONS)}`,
      parameters: (ids) => [...ids],
      assign: (ids, rows) => ids.map((id) => rows.filter((row) => Number(row.secret_id) === id)),
    });
    this.requests = new DatabaseRotationRequestReader(statements);
    this.newVersions = written((rows) => insertVersions(statements, rows));
    this.currentVersions = written((rows) => rememberCurrent(statements, rows));
    this.newLabels = written((rows) => putLabels(statements, rows));
    this.oldLabels = written((rows) => removeLabels(statements, rows));
    this.newRequests = written((rows) =>
      putRotationRequests(
        statements,
        rows.map(({ secretId, what }) => ({ secretId, request: what })),
      ),
    );
    this.changes = written((rows) => changeSecrets(statements, rows));
    this.terms = written((secrets) => replaceTerms(statements, secrets));
    this.announcements = written((secrets) => insertChanges(statements, secrets));
  }

  async version(secretId: number, versionId: string): Promise<VersionRow | undefined> {
    return (await this.versions.find({ secretId, versionId }))[0];
  }

  async fullness(secretId: number): Promise<Fullness> {
    const [row] = await this.full.find(secretId);
    if (!row) return 'few';
    return row.is_full ? 'full' : 'many';
  }

  rotationRequest(secretId: number): Promise<RotationRequest | undefined> {
    return this.requests.find(secretId);
  }

  addVersion(secretId: number, version: NewVersion): Promise<void> {
    return this.newVersions.ask({ secretId, what: version });
  }

  rememberCurrent(secretId: number, versionId: string): Promise<void> {
    return this.currentVersions.ask({ secretId, versionId });
  }

  async putLabels(secretId: number, labels: readonly LabelWrite[]): Promise<void> {
    await Promise.all(labels.map((what) => this.newLabels.ask({ secretId, what })));
  }

  async removeLabels(secretId: number, labels: readonly string[]): Promise<void> {
    await Promise.all(labels.map((what) => this.oldLabels.ask({ secretId, what })));
  }

  putRotationRequest(secretId: number, request: RotationRequest): Promise<void> {
    return this.newRequests.ask({ secretId, what: request });
  }

  change(secretId: number, changes: SecretChanges): Promise<void> {
    return this.changes.ask({ secretId, what: changes });
  }

  /** After all other changes of the secret. */
  replaceTerms(secret: SearchedSecret): Promise<void> {
    return this.terms.ask(secret);
  }

  /** Tells those who watch the secret, once the transaction is committed. */
  announce(secret: ChangedSecret): Promise<void> {
    return this.announcements.ask(secret);
  }
}

/** Whether a secret `s` has as many versions. */
const hasVersions = (count: number): string =>
  `(SELECT TRUE FROM secret_version v FORCE INDEX (version_by_created) WHERE v.secret_id = s.id LIMIT 1 OFFSET ${count - 1})`;

const MAX_ROWS = 64;

/** Writes all of a batch or none of it. */
const written = <Row>(write: (rows: readonly Row[]) => Promise<void>) =>
  new Coalescer<Row, void>({
    maxBatch: MAX_ROWS,
    run: async (rows) => {
      await write(rows);
      return rows.map(() => undefined);
    },
  });

const insertVersions = async (statements: Statements, rows: readonly OfSecret<NewVersion>[]): Promise<void> => {
  await statements.execute(
    `INSERT INTO secret_version (secret_id, version_id, created_at, wrapped_data_key, ciphertext, kms_key_arn, was_current)
      VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    rows.flatMap(({ secretId, what: { versionId, createdAt, sealed, isCurrent } }) => [
      secretId,
      versionId,
      createdAt,
      sealed?.wrappedDataKey ?? null,
      sealed?.ciphertext ?? null,
      sealed?.kmsKeyArn ?? null,
      isCurrent ?? false,
    ]),
  );
};

const rememberCurrent = async (statements: Statements, versions: readonly VersionKey[]): Promise<void> => {
  const rows = padded(versions);
  await statements.execute(
    `UPDATE secret_version SET was_current = TRUE WHERE ${rows.map(() => '(secret_id = ? AND version_id = ?)').join(' OR ')}`,
    rows.flatMap(({ secretId, versionId }) => [secretId, versionId]),
  );
};

const putLabels = async (statements: Statements, labels: readonly OfSecret<LabelWrite>[]): Promise<void> => {
  const rows = padded(labels);
  await statements.execute(
    `INSERT INTO version_label (secret_id, label, version_id) VALUES ${rows.map(() => '(?, ?, ?)').join(', ')}
      ON DUPLICATE KEY UPDATE version_id = VALUES(version_id)`,
    rows.flatMap(({ secretId, what }) => [secretId, what.label, what.versionId]),
  );
};

const removeLabels = async (statements: Statements, labels: readonly OfSecret<string>[]): Promise<void> => {
  const rows = padded(labels);
  await statements.execute(
    `DELETE FROM version_label WHERE ${rows.map(() => '(secret_id = ? AND label = ?)').join(' OR ')}`,
    rows.flatMap(({ secretId, what }) => [secretId, what]),
  );
};

/**
 * One statement for all secrets with the same change. Most change only their date, each a millisecond or two later than the one
 * before; they share the latest of their dates.
 */
const changeSecrets = async (statements: Statements, rows: readonly OfSecret<SecretChanges>[]): Promise<void> => {
  const alike = new Map<string, OfSecret<SecretChanges>[]>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row.what, lastChangedAt: undefined });
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  for (const group of alike.values()) {
    const lastChangedAt = new Date(Math.max(...group.map(({ what }) => what.lastChangedAt.getTime())));
    const columns = changedColumns({ ...group[0]!.what, lastChangedAt });
    const changes = Object.entries(columns).filter(([, value]) => value !== undefined);
    const ids = padded(group.map(({ secretId }) => secretId));
    // Assigned first, because it compares with the old date. Whoever changes a text that is searched writes the terms after this.
    await statements.execute(
      `UPDATE secret SET searched_at = IF(searched_at <=> last_changed_at, ?, searched_at),
        ${changes.map(([column]) => `${column} = ?`).join(', ')} WHERE id IN (${questionMarks(ids.length)})`,
      [lastChangedAt, ...changes.map(([, value]) => value), ...ids],
    );
  }
};
