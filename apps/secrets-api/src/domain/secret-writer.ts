import type { Clock } from '@strongroom/clock';
import type { SecretValue } from '@strongroom/envelope';
import { sameValue } from './hashing/digest';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type SealedValue, type Secret, type Version } from './secret';
import {
  markedForDeletion,
  nameScheduledForDeletion,
  nameTaken,
  secretNotFound,
  tokenTaken,
  tooManyRaces,
} from './secret-errors';
import type { FoundSecret, SecretReader } from './secret-reader.port';
import type { SecretKey } from './secret-reference';
import {
  type LockedSecret,
  NameTaken,
  type NewSecret,
  type SecretStore,
  VersionTaken,
  type WriteOptions,
} from './secret-store.port';
import type { KeyScope, SecretVault } from './secret-vault';
import { attachToNewVersion, labelChanges, labelsOf } from './staging-labels';
import { versionsToPrune } from './version-retention';

/** A call that writes: whose key permissions count, how long it may take, and what must happen before COMMIT. */
export interface WriteScope extends KeyScope, WriteOptions {}

export interface CreateSecret extends Pick<NewSecret, 'accountId' | 'region' | 'name' | 'suffix' | 'description' | 'tags'> {
  arn: string;
  token: string;
  kmsKeyId?: string;
  value?: SecretValue;
}

export interface PutValue {
  token: string;
  value: SecretValue;
  stages: readonly string[];
}

export interface UpdateSecret {
  token: string;
  description?: string;
  kmsKeyId?: string;
  value?: SecretValue;
}

/** How often a write begins anew because somebody else was faster. Each time, one of the others has got something done. */
const MAX_RACES = 8;

const RESEALED = [AWSCURRENT, AWSPENDING, AWSPREVIOUS];

/** What was read before the transaction no longer holds. */
class Outdated extends Error {}

/**
 * Writes secrets and versions. Values are sealed before a transaction starts; what was true while sealing is checked again
 * under the row's lock, and the database's keys decide who was first.
 */
export class SecretWriter {
  constructor(
    private readonly reader: SecretReader,
    private readonly store: SecretStore,
    private readonly vault: SecretVault,
    private readonly clock: Clock,
  ) {}

  /** Idempotent by token: the same call again answers as the first time. */
  async create(request: CreateSecret, scope: WriteScope): Promise<{ arn: string; versionId?: string }> {
    const { accountId, region, name, value, token, arn } = request;
    const place = { secretArn: arn, secretVersionId: token };
    const keyId = keyIdFor(request.kmsKeyId, request);
    const sealed = value && (await this.vault.seal(keyId, place, value, scope));
    const keyArn = sealed?.kmsKeyArn ?? (keyId === '' ? undefined : await this.vault.resolveKey(keyId, place, scope));
    for (let races = 0; races < MAX_RACES; races++) {
      const createdAt = this.clock.now();
      try {
        await this.store.create(
          {
            accountId,
            region,
            name,
            suffix: request.suffix,
            description: request.description,
            kmsKeyArn: keyId === '' ? undefined : keyArn,
            createdAt,
            creationToken: token,
            tags: request.tags,
            version: sealed && { ...sealed, versionId: token, createdAt },
          },
          scope,
        );
        return { arn, versionId: value && token };
      } catch (error) {
        if (!(error instanceof NameTaken)) throw error;
      }
      const existing = await this.reader.find({ accountId, region, name }, { versionId: token });
      if (existing) return this.repeatOfCreate(existing, request, scope);
    }
    throw tooManyRaces();
  }

  private async repeatOfCreate({ secret, version }: FoundSecret, { token, value }: CreateSecret, scope: WriteScope) {
    if (secret.deletion) throw nameScheduledForDeletion();
    const same =
      secret.creationToken === token &&
      (value === undefined ? version === undefined : version !== undefined && (await this.holds(secret, version, value, scope)));
    if (!same) throw nameTaken(secret.name);
    return { arn: secret.arn, versionId: value && token };
  }

  /** Idempotent by token. Returns the labels of the version. */
  async putValue(found: FoundSecret, { token, value, stages }: PutValue, scope: WriteScope): Promise<string[]> {
    return this.untilSettled(found, token, async ({ secret, version }) => {
      if (version) {
        await this.requireSame(secret, version, value, scope);
        return labelsOf(secret.labels, token);
      }
      const sealed = await this.vault.seal(secret.kmsKeyArn ?? '', placeOf(secret, token), value, scope);
      return this.store.change(
        secret.id,
        async (locked) => {
          requireUnchanged(secret, locked);
          const labels = await this.addVersion(locked, token, sealed, stages);
          await locked.update({ lastChangedAt: this.clock.now() });
          return labelsOf(labels, token);
        },
        scope,
      );
    });
  }

  /** Changes metadata, and with a value makes a new AWSCURRENT version, idempotent by token. */
  async update(found: FoundSecret, request: UpdateSecret, scope: WriteScope): Promise<void> {
    const { token, description, value } = request;
    return this.untilSettled(found, token, async ({ secret, version }) => {
      if (value && version) await this.requireSame(secret, version, value, scope);
      const keyId = request.kmsKeyId === undefined ? (secret.kmsKeyArn ?? '') : keyIdFor(request.kmsKeyId, secret);
      const fresh = value && !version ? await this.vault.seal(keyId, placeOf(secret, token), value, scope) : undefined;
      const resealed = request.kmsKeyId === undefined ? new Map<string, SealedValue>() : await this.reseal(secret, keyId, scope);
      const keyArn = await this.arnOfNewKey(request, keyId, secret, [fresh, ...resealed.values()], scope);
      await this.store.change(
        secret.id,
        async (locked) => {
          requireUnchanged(secret, locked);
          if (request.kmsKeyId !== undefined && versionsToReseal(locked.secret).some((id) => !resealed.has(id)))
            throw new Outdated();
          for (const [versionId, sealed] of resealed) await locked.reseal(versionId, sealed);
          if (fresh) await this.addVersion(locked, token, fresh, [AWSCURRENT]);
          await locked.update({ description, kmsKeyArn: keyArn, lastChangedAt: this.clock.now() });
        },
        scope,
      );
    });
  }

  /** undefined: the key stays; null: the default key. */
  private async arnOfNewKey(
    { kmsKeyId, token }: UpdateSecret,
    keyId: string,
    secret: Secret,
    sealed: (SealedValue | undefined)[],
    scope: WriteScope,
  ): Promise<string | null | undefined> {
    if (kmsKeyId === undefined) return undefined;
    if (keyId === '') return null;
    return sealed.find((each) => each)?.kmsKeyArn ?? this.vault.resolveKey(keyId, placeOf(secret, token), scope);
  }

  /** The labelled versions' values under another key. */
  private async reseal(secret: Secret, keyId: string, scope: WriteScope): Promise<Map<string, SealedValue>> {
    const one = async (versionId: string): Promise<[string, SealedValue]> => {
      const found = await this.reader.find(keyOf(secret), { versionId });
      if (!found?.version) throw new Outdated();
      const value = await this.vault.open(found.version, placeOf(secret, versionId), scope);
      try {
        return [versionId, await this.vault.seal(keyId, placeOf(secret, versionId), value, scope)];
      } finally {
        if (value.kind === 'binary') value.bytes.fill(0);
      }
    };
    return new Map(await Promise.all(versionsToReseal(secret).map(one)));
  }

  private async addVersion(locked: LockedSecret, token: string, sealed: SealedValue, stages: readonly string[]) {
    const before = locked.secret.labels;
    const labels = attachToNewVersion(before, token, stages);
    const now = this.clock.now();
    await locked.addVersion({ ...sealed, versionId: token, createdAt: now });
    await locked.setLabels(labelChanges(before, labels));
    await locked.deleteVersions(versionsToPrune(await locked.versions(), labels, now));
    return labels;
  }

  /** Runs `attempt`, and again on a fresh read as long as somebody else was faster. */
  private async untilSettled<Result>(
    first: FoundSecret,
    token: string,
    attempt: (found: FoundSecret) => Promise<Result>,
  ): Promise<Result> {
    let found: FoundSecret | undefined = first;
    for (let races = 0; races < MAX_RACES; races++) {
      if (!found) throw secretNotFound();
      if (found.secret.deletion) throw markedForDeletion();
      try {
        return await attempt(found);
      } catch (error) {
        if (!(error instanceof VersionTaken || error instanceof Outdated)) throw error;
      }
      found = await this.reader.find(keyOf(first.secret), { versionId: token });
    }
    throw tooManyRaces();
  }

  private async requireSame(secret: Secret, version: Version, value: SecretValue, scope: WriteScope): Promise<void> {
    if (!(await this.holds(secret, version, value, scope))) throw tokenTaken(version.versionId, secret.arn);
  }

  private async holds(secret: Secret, version: Version, value: SecretValue, scope: WriteScope): Promise<boolean> {
    const stored = await this.vault.open(version, placeOf(secret, version.versionId), scope);
    try {
      return sameValue(stored, value);
    } finally {
      if (stored.kind === 'binary') stored.bytes.fill(0);
    }
  }
}

function requireUnchanged(read: Secret, { secret }: LockedSecret): void {
  if (secret.deletion) throw markedForDeletion();
  if (secret.kmsKeyArn !== read.kmsKeyArn) throw new Outdated();
}

const versionsToReseal = ({ labels }: Secret): string[] => [...new Set(RESEALED.flatMap((label) => labels.get(label) ?? []))];

const placeOf = (secret: Secret, versionId: string) => ({ secretArn: secret.arn, secretVersionId: versionId });

const keyOf = ({ accountId, region, name, arn }: Secret): SecretKey => ({ accountId, region, name, suffix: arn.slice(-6) });

/** '' for the account's default key, however it is named. */
export function keyIdFor(kmsKeyId: string | undefined, { accountId, region }: { accountId: string; region: string }): string {
  const names = ['alias/aws/secretsmanager', `arn:aws:kms:${region}:${accountId}:alias/aws/secretsmanager`];
  return kmsKeyId === undefined || names.includes(kmsKeyId) ? '' : kmsKeyId;
}
