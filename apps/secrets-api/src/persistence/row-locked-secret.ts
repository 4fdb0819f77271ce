import { isDuplicateKey, type Statements } from '@strongroom/database';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { LabelWrite, SealedValue, Secret, Tag, Version, VersionSummary } from '../domain/secret';
import { type LockedSecret, type SecretChanges, VersionTaken } from '../domain/secret-store.port';
import { findRotationRequest, putRotationRequest } from './rotation.query';
import { changedColumns, questionMarks, toSummary, VERSION_COLUMNS, type VersionRow } from './secret.row';

/** The writes of one transaction on one secret. Every other writer of the secret waits for the lock on its row. */
export class RowLockedSecret implements LockedSecret {
  constructor(
    private readonly statements: Statements,
    readonly secret: Secret,
  ) {}

  async version(versionId: string): Promise<VersionSummary | undefined> {
    const [row] = await this.statements.query<VersionRow>(
      `SELECT ${VERSION_COLUMNS} FROM secret_version v WHERE v.secret_id = ? AND v.version_id = ?`,
      [this.id, versionId],
    );
    return row && toSummary(row);
  }

  async versionCount(): Promise<number> {
    const sql = 'SELECT COUNT(*) AS count FROM secret_version WHERE secret_id = ?';
    const [row] = await this.statements.query<{ count: number | string }>(sql, [this.id]);
    return Number(row!.count);
  }

  async oldestDeprecated(before: Date): Promise<string[]> {
    const rows = await this.statements.query<{ version_id: string }>(
      `SELECT v.version_id FROM secret_version v
        WHERE v.secret_id = ? AND v.created_at < ?
          AND NOT EXISTS (SELECT 1 FROM version_label l WHERE l.secret_id = v.secret_id AND l.version_id = v.version_id)
        ORDER BY v.created_at, v.version_id LIMIT 100`,
      [this.id, before],
    );
    return rows.map((row) => row.version_id);
  }

  async addVersion(version: Version): Promise<void> {
    try {
      await insertVersion(this.statements, this.id, version);
    } catch (error) {
      if (isDuplicateKey(error, 'PRIMARY')) throw new VersionTaken();
      throw error;
    }
  }

  async setValue(versionId: string, { wrappedDataKey, ciphertext, kmsKeyArn }: SealedValue): Promise<void> {
    await this.statements.execute(
      `UPDATE secret_version SET wrapped_data_key = ?, ciphertext = ?, kms_key_arn = ? WHERE secret_id = ? AND version_id = ?`,
      [wrappedDataKey, ciphertext, kmsKeyArn, this.id, versionId],
    );
  }

  async setLabels({ removed, set }: { removed: string[]; set: LabelWrite[] }): Promise<void> {
    await this.deleteAmong('version_label', 'label', removed);
    if (set.length > 0) await putLabels(this.statements, this.id, set);
  }

  deleteVersions(versionIds: readonly string[]): Promise<void> {
    return this.deleteAmong('secret_version', 'version_id', versionIds);
  }

  async update(changes: SecretChanges): Promise<void> {
    const columns = Object.entries(changedColumns(changes)).filter(([, value]) => value !== undefined);
    await this.statements.execute(`UPDATE secret SET ${columns.map(([column]) => `${column} = ?`).join(', ')} WHERE id = ?`, [
      ...columns.map(([, value]) => value),
      this.id,
    ]);
  }

  rotationRequest(): Promise<RotationRequest | undefined> {
    return findRotationRequest(this.statements, this.id);
  }

  putRotationRequest(request: RotationRequest): Promise<void> {
    return putRotationRequest(this.statements, this.id, request);
  }

  putTags(tags: readonly Tag[]): Promise<void> {
    return putTags(this.statements, this.id, tags);
  }

  removeTags(keys: readonly string[]): Promise<void> {
    return this.deleteAmong('secret_tag', 'tag_key', keys);
  }

  /** Labels first: they hold on to their versions. Tags and versions go with the secret. */
  async remove(): Promise<void> {
    await this.statements.execute('DELETE FROM version_label WHERE secret_id = ?', [this.id]);
    await this.statements.execute('DELETE FROM secret WHERE id = ?', [this.id]);
  }

  private async deleteAmong(table: string, column: string, values: readonly string[]): Promise<void> {
    if (values.length === 0) return;
    const sql = `DELETE FROM ${table} WHERE secret_id = ? AND ${column} IN (${questionMarks(values.length)})`;
    await this.statements.execute(sql, [this.id, ...values]);
  }

  private get id(): number {
    return this.secret.id;
  }
}

export const insertVersion = (statements: Statements, secretId: number, { versionId, createdAt, sealed }: Version) =>
  statements.execute(
    `INSERT INTO secret_version (secret_id, version_id, created_at, wrapped_data_key, ciphertext, kms_key_arn)
      VALUES (${questionMarks(6)})`,
    [secretId, versionId, createdAt, sealed?.wrappedDataKey ?? null, sealed?.ciphertext ?? null, sealed?.kmsKeyArn ?? null],
  );

export const putLabels = async (statements: Statements, secretId: number, labels: readonly LabelWrite[]): Promise<void> => {
  await statements.execute(
    `INSERT INTO version_label (secret_id, label, version_id) VALUES ${labels.map(() => '(?, ?, ?)').join(', ')}
      ON DUPLICATE KEY UPDATE version_id = VALUES(version_id)`,
    labels.flatMap(({ label, versionId }) => [secretId, label, versionId]),
  );
};

export const putTags = async (statements: Statements, secretId: number, tags: readonly Tag[]): Promise<void> => {
  await statements.execute(
    `INSERT INTO secret_tag (secret_id, tag_key, tag_value) VALUES ${tags.map(() => '(?, ?, ?)').join(', ')}
      ON DUPLICATE KEY UPDATE tag_value = VALUES(tag_value)`,
    tags.flatMap(({ key, value }) => [secretId, key, value]),
  );
};
