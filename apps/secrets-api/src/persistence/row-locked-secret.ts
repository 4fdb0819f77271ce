import { isDuplicateKey } from '@strongroom/database';
import { type EntityManager, In } from 'typeorm';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { LabelWrite, SealedValue, Secret, Tag, Version, VersionSummary } from '../domain/secret';
import { type LockedSecret, type SecretChanges, VersionTaken } from '../domain/secret-store.port';
import { RotationRequestEntity } from './rotation-request.entity';
import { findRotationRequest } from './rotation.query';
import { LabelEntity, SecretEntity, TagEntity, VersionEntity } from './secret.entity';
import { dayOf, rotationColumns } from './secret.row';

/** The writes of one transaction on one secret. Every other writer of the secret waits for the lock on its row. */
export class RowLockedSecret implements LockedSecret {
  constructor(
    private readonly manager: EntityManager,
    readonly secret: Secret,
  ) {}

  async versions(): Promise<VersionSummary[]> {
    const versions = await this.manager.find(VersionEntity, {
      where: this.own,
      select: { secretId: true, versionId: true, createdAt: true, kmsKeyArn: true, lastAccessedOn: true },
    });
    return versions.map(({ versionId, createdAt, kmsKeyArn, lastAccessedOn }) => ({
      versionId,
      createdAt,
      kmsKeyArn: kmsKeyArn ?? undefined,
      lastAccessedOn: dayOf(new Date(lastAccessedOn)),
    }));
  }

  async addVersion({ versionId, createdAt, sealed }: Version): Promise<void> {
    try {
      await this.manager.insert(VersionEntity, { ...this.own, versionId, createdAt, ...sealed });
    } catch (error) {
      if (isDuplicateKey(error, 'PRIMARY')) throw new VersionTaken();
      throw error;
    }
  }

  async setValue(versionId: string, { wrappedDataKey, ciphertext, kmsKeyArn }: SealedValue): Promise<void> {
    await this.manager.update(VersionEntity, { ...this.own, versionId }, { wrappedDataKey, ciphertext, kmsKeyArn });
  }

  async setLabels({ removed, set }: { removed: string[]; set: LabelWrite[] }): Promise<void> {
    if (removed.length > 0) await this.manager.delete(LabelEntity, { ...this.own, label: In(removed) });
    if (set.length > 0) {
      await this.manager.upsert(
        LabelEntity,
        set.map((label) => ({ ...this.own, ...label })),
        ['secretId', 'label'],
      );
    }
  }

  async deleteVersions(versionIds: readonly string[]): Promise<void> {
    if (versionIds.length > 0) await this.manager.delete(VersionEntity, { ...this.own, versionId: In([...versionIds]) });
  }

  async update({ deletion, rotation, ...changes }: SecretChanges): Promise<void> {
    const dates = deletion === null ? { deletedAt: null, purgeAt: null } : { ...deletion };
    await this.manager.update(
      SecretEntity,
      { id: this.secret.id },
      { ...changes, ...dates, ...(rotation && rotationColumns(rotation)) },
    );
  }

  rotationRequest(): Promise<RotationRequest | undefined> {
    return findRotationRequest(this.manager, this.secret.id);
  }

  async putRotationRequest(request: RotationRequest): Promise<void> {
    await this.manager.upsert(RotationRequestEntity, { ...this.own, ...request }, ['secretId']);
  }

  async putTags(tags: readonly Tag[]): Promise<void> {
    await this.manager.upsert(
      TagEntity,
      tags.map((tag) => ({ ...this.own, ...tag })),
      ['secretId', 'key'],
    );
  }

  async removeTags(keys: readonly string[]): Promise<void> {
    await this.manager.delete(TagEntity, { ...this.own, key: In([...keys]) });
  }

  /** Labels first: they hold on to their versions. Tags and versions go with the secret. */
  async remove(): Promise<void> {
    await this.manager.delete(LabelEntity, this.own);
    await this.manager.delete(SecretEntity, { id: this.secret.id });
  }

  private get own(): { secretId: number } {
    return { secretId: this.secret.id };
  }
}
