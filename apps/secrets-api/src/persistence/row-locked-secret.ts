import { isDuplicateKey, questionMarks, type Statements } from '@strongroom/database';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { LabelWrite, NewVersion, SealedValue, Secret, Tag, VersionSummary } from '../domain/secret';
import type { SearchedTexts } from '../domain/search-terms';
import { type LockedSecret, type SecretChanges, VersionTaken } from '../domain/secret-store.port';
import type { Fullness } from '../domain/secret-store.port';
import type { SecretStatements } from './secret-statements';
import { LABELLED, toSummary } from './secret.row';

/** One secret in a transaction that has locked its row; all other writers of the secret wait. */
export class RowLockedSecret implements LockedSecret {
  /** Or has begun to. */
  hasWritten = false;
  /** The version that was added as AWSCURRENT. */
  private remembered: string | undefined;
  /** What filters look at, once it has changed. */
  private searched: SearchedTexts | undefined;

  constructor(
    private readonly shared: SecretStatements,
    readonly secret: Secret,
  ) {}

  async version(versionId: string): Promise<VersionSummary | undefined> {
    const row = await this.shared.version(this.id, versionId);
    return row && toSummary(row);
  }

  fullness(): Promise<Fullness> {
    return this.shared.fullness(this.id);
  }

  async versionCount(): Promise<number> {
    const sql = 'SELECT COUNT(*) AS count FROM secret_version WHERE secret_id = ?';
    const [row] = await this.shared.statements.query<{ count: number | string }>(sql, [this.id]);
    return Number(row!.count);
  }

  async oldestDeprecated(before: Date): Promise<string[]> {
    const rows = await this.shared.statements.query<{ version_id: string }>(
      `SELECT v.version_id FROM secret_version v
        WHERE v.secret_id = ? AND v.created_at < ? AND NOT ${LABELLED}
        ORDER BY v.created_at, v.version_id LIMIT 100`,
      [this.id, before],
    );
    return rows.map((row) => row.version_id);
  }

  async addVersion(version: NewVersion): Promise<void> {
    this.hasWritten = true;
    if (version.isCurrent) this.remembered = version.versionId;
    try {
      await this.shared.addVersion(this.id, version);
    } catch (error) {
      if (isDuplicateKey(error, 'PRIMARY')) throw new VersionTaken();
      throw error;
    }
  }

  async rememberCurrent(versionId: string): Promise<void> {
    if (this.remembered === versionId) return;
    this.hasWritten = true;
    await this.shared.rememberCurrent(this.id, versionId);
  }

  async setValue(versionId: string, { wrappedDataKey, ciphertext, kmsKeyArn }: SealedValue): Promise<void> {
    await this.execute(
      `UPDATE secret_version SET wrapped_data_key = ?, ciphertext = ?, kms_key_arn = ? WHERE secret_id = ? AND version_id = ?`,
      [wrappedDataKey, ciphertext, kmsKeyArn, this.id, versionId],
    );
  }

  async setLabels({ removed, set }: { removed: string[]; set: LabelWrite[] }): Promise<void> {
    this.hasWritten = true;
    await this.shared.removeLabels(this.id, removed);
    await this.shared.putLabels(this.id, set);
  }

  deleteVersions(versionIds: readonly string[]): Promise<void> {
    return this.deleteAmong('secret_version', 'version_id', versionIds);
  }

  update(changes: SecretChanges): Promise<void> {
    this.hasWritten = true;
    const { description } = changes;
    if (description !== undefined) this.searched = { ...this.texts, description };
    return this.shared.change(this.id, changes);
  }

  rotationRequest(): Promise<RotationRequest | undefined> {
    return this.shared.rotationRequest(this.id);
  }

  putRotationRequest(request: RotationRequest): Promise<void> {
    this.hasWritten = true;
    return this.shared.putRotationRequest(this.id, request);
  }

  putTags(tags: readonly Tag[]): Promise<void> {
    this.hasWritten = true;
    this.searched = {
      ...this.texts,
      tags: new Map([...this.texts.tags, ...tags.map(({ key, value }) => [key, value] as const)]),
    };
    return putTags(this.shared.statements, this.id, tags);
  }

  removeTags(keys: readonly string[]): Promise<void> {
    this.searched = { ...this.texts, tags: new Map([...this.texts.tags].filter(([key]) => !keys.includes(key))) };
    return this.deleteAmong('secret_tag', 'tag_key', keys);
  }

  /** The terms by which filters find it, if what they look at has changed. After all other changes. */
  async writeTerms(): Promise<void> {
    if (this.searched) await this.makeSearchable();
  }

  /** Tells those who watch it, if it has changed. */
  async announce(): Promise<void> {
    if (!this.hasWritten) return;
    const { accountId, region, name, arn } = this.secret;
    await this.shared.announce({ accountId, region, name, suffix: suffixOf(arn) });
  }

  async makeSearchable(): Promise<void> {
    this.hasWritten = true;
    const { id, accountId, createdAt } = this.secret;
    await this.shared.replaceTerms({ ...this.texts, id, accountId, createdAt });
  }

  /** Labels first, because they refer to their versions. Tags, terms and versions are deleted with the secret. */
  async remove(): Promise<void> {
    this.searched = undefined;
    await this.execute('DELETE FROM version_label WHERE secret_id = ?', [this.id]);
    await this.execute('DELETE FROM secret WHERE id = ?', [this.id]);
  }

  private async deleteAmong(table: string, column: string, values: readonly string[]): Promise<void> {
    if (values.length === 0) return;
    const sql = `DELETE FROM ${table} WHERE secret_id = ? AND ${column} IN (${questionMarks(values.length)})`;
    await this.execute(sql, [this.id, ...values]);
  }

  private async execute(sql: string, parameters: readonly unknown[]): Promise<void> {
    this.hasWritten = true;
    await this.shared.statements.execute(sql, parameters);
  }

  private get texts(): SearchedTexts {
    return this.searched ?? this.secret;
  }

  private get id(): number {
    return this.secret.id;
  }
}

/** The six characters at the end of its ARN. */
const suffixOf = (arn: string): string => arn.slice(-6);

export async function putTags(statements: Statements, secretId: number, tags: readonly Tag[]): Promise<void> {
  await statements.execute(
    `INSERT INTO secret_tag (secret_id, tag_key, tag_value) VALUES ${tags.map(() => '(?, ?, ?)').join(', ')}
      ON DUPLICATE KEY UPDATE tag_value = VALUES(tag_value)`,
    tags.flatMap(({ key, value }) => [secretId, key, value]),
  );
}
