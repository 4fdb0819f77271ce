import type { Clock } from '@strongroom/clock';
import type { SecretValue } from '@strongroom/envelope';
import { sameValue } from './hashing/digest';
import { wrongRotationToken } from './rotation/rotation-errors';
import type { RotationLedger } from './rotation/rotation-ledger';
import { isUnderWay } from './rotation/rotation';
import type { SealedValue, Secret, Version } from './secret';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS, type Labels } from './labels';
import { nameScheduledForDeletion, nameTaken, tokenTaken, tooManyRaces } from './secret-errors';
import type { FoundSecret, SecretReader } from './secret-reader.port';
import { type LockedSecret, NameTaken, type NewSecret, type SecretStore, type WriteOptions } from './secret-store.port';
import type { KeyScope, SecretVault } from './secret-vault';
import { keyOf, MAX_RACES, Outdated, placeOf, requireUnchanged, untilSettled } from './settling';
import { attach, attachToNewVersion, labelsOf } from './staging-labels';
import { pruneVersions, requireRoom } from './version-retention';

/** A call that writes: whose key permissions count, its deadline, and what must happen before COMMIT. */
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
  /** Must be the token of the open rotation whose version is `token`. */
  rotationToken?: string;
}

export interface UpdateSecret {
  token: string;
  description?: string;
  kmsKeyId?: string;
  value?: SecretValue;
}

const RESEALED = [AWSCURRENT, AWSPENDING, AWSPREVIOUS];

/**
 * Writes secrets and versions. Values are sealed before a transaction starts. The assumptions of sealing are checked again with
 * the row locked, and database keys decide who was first.
 */
export class SecretWriter {
  constructor(
    private readonly reader: SecretReader,
    private readonly store: SecretStore,
    private readonly vault: SecretVault,
    private readonly ledger: RotationLedger,
    private readonly clock: Clock,
  ) {}

  /** Idempotent by token: a repeated call returns the first answer. */
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
            version: sealed && { versionId: token, createdAt, sealed },
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
    if (same) return { arn: secret.arn, versionId: value && token };
    throw version || secret.creationToken === token ? tokenTaken(token, secret.arn) : nameTaken(secret.name);
  }

  /** Idempotent by token; can give a rotation's version its value. Returns the labels of the version. */
  async putValue(found: FoundSecret, { token, value, stages, rotationToken }: PutValue, scope: WriteScope): Promise<string[]> {
    return untilSettled(this.reader, found, { versionId: token }, async ({ secret, version }) => {
      if (version?.sealed) {
        await this.requireSame(secret, version, value, scope);
        return labelsOf(secret.labels, token);
      }
      const sealed = await this.vault.seal(secret.kmsKeyArn ?? '', placeOf(secret, token), value, scope);
      return this.store.change(
        secret.id,
        async (locked) => {
          requireUnchanged(secret, locked);
          if (rotationToken !== undefined) await requireRotation(locked, token, rotationToken);
          const labels = await this.storeValue(locked, version, token, sealed, stages);
          await locked.update({ lastChangedAt: this.clock.now() });
          return labelsOf(labels, token);
        },
        scope,
      );
    });
  }

  /** Changes metadata. With a value, adds a new AWSCURRENT version, idempotent by token. */
  async update(found: FoundSecret, request: UpdateSecret, scope: WriteScope): Promise<void> {
    const { token, description, value } = request;
    return untilSettled(this.reader, found, { versionId: token }, async ({ secret, version }) => {
      if (value && version?.sealed) await this.requireSame(secret, version, value, scope);
      const keyId = request.kmsKeyId === undefined ? (secret.kmsKeyArn ?? '') : keyIdFor(request.kmsKeyId, secret);
      const fresh = value && !version?.sealed ? await this.vault.seal(keyId, placeOf(secret, token), value, scope) : undefined;
      const resealed = request.kmsKeyId === undefined ? NOTHING_RESEALED : await this.reseal(secret, keyId, scope);
      const keyArn = await this.arnOfNewKey(request, keyId, secret, [fresh, ...resealed.values()], scope);
      await this.store.change(
        secret.id,
        async (locked) => {
          requireUnchanged(secret, locked);
          if (request.kmsKeyId !== undefined) await requireAllResealed(locked, resealed);
          for (const [versionId, sealed] of resealed) await locked.setValue(versionId, sealed);
          if (fresh) await this.storeValue(locked, version, token, fresh, [AWSCURRENT]);
          await locked.update({ description, kmsKeyArn: keyArn, lastChangedAt: this.clock.now() });
        },
        scope,
      );
    });
  }

  /** undefined: keeps the key; null: the default key. */
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

  /** The values of the labelled versions, encrypted with another key. */
  private async reseal(secret: Secret, keyId: string, scope: WriteScope): Promise<ReadonlyMap<string, SealedValue>> {
    const one = async (versionId: string): Promise<[string, SealedValue][]> => {
      const found = await this.reader.find(keyOf(secret), { versionId });
      if (!found?.version) throw new Outdated();
      const { sealed } = found.version;
      // The version of a rotation may have no value yet.
      if (!sealed) return [];
      const place = placeOf(secret, versionId);
      return [[versionId, await this.vault.reseal(sealed, place, place, keyId, scope)]];
    };
    return new Map((await Promise.all(versionsToReseal(secret).map(one))).flat());
  }

  /** Adds a version with its value, or gives its value to a version that has none. */
  private async storeValue(
    locked: LockedSecret,
    version: Version | undefined,
    token: string,
    sealed: SealedValue,
    stages: readonly string[],
  ): Promise<Labels> {
    const now = this.clock.now();
    // Checks come first: a failure after a write fails others as well.
    const wanted = (version ? attach : attachToNewVersion)(locked.secret.labels, token, stages);
    const fullness = version ? undefined : await requireRoom(locked, now);
    if (version) {
      await requireValueless(locked, token);
      await locked.setValue(token, sealed);
    } else {
      await locked.addVersion({ versionId: token, createdAt: now, sealed, isCurrent: wanted.get(AWSCURRENT) === token });
    }
    const labels = await this.ledger.setLabels(locked, wanted);
    await pruneVersions(locked, now, fullness);
    return labels;
  }

  private async requireSame(secret: Secret, version: Version, value: SecretValue, scope: WriteScope): Promise<void> {
    if (!(await this.holds(secret, version, value, scope))) throw tokenTaken(version.versionId, secret.arn);
  }

  private async holds(secret: Secret, version: Version, value: SecretValue, scope: WriteScope): Promise<boolean> {
    if (!version.sealed) return false;
    const stored = await this.vault.open(version.sealed, placeOf(secret, version.versionId), scope);
    try {
      return sameValue(stored, value);
    } finally {
      if (stored.kind === 'binary') stored.bytes.fill(0);
    }
  }
}

/** Somebody may have given it one since the read. */
async function requireValueless(locked: LockedSecret, token: string): Promise<void> {
  const version = await locked.version(token);
  if (!version || version.kmsKeyArn !== undefined) throw new Outdated();
}

/** Labels may have moved since, and a version may have got its value with the old key. */
async function requireAllResealed(locked: LockedSecret, resealed: ReadonlyMap<string, SealedValue>): Promise<void> {
  const missing = versionsToReseal(locked.secret).filter((versionId) => !resealed.has(versionId));
  for (const versionId of missing) await requireValueless(locked, versionId);
}

async function requireRotation(locked: LockedSecret, token: string, rotationToken: string): Promise<void> {
  const request = await locked.rotationRequest();
  if (!request || !isUnderWay(request) || request.token !== token || request.rotationToken !== rotationToken) {
    throw wrongRotationToken();
  }
}

const NOTHING_RESEALED: ReadonlyMap<string, SealedValue> = new Map();

const versionsToReseal = ({ labels }: Secret): string[] => [...new Set(RESEALED.flatMap((label) => labels.get(label) ?? []))];

/** '' for the account's default key, in any spelling. */
export function keyIdFor(kmsKeyId: string | undefined, { accountId, region }: { accountId: string; region: string }): string {
  const names = ['alias/aws/secretsmanager', `arn:aws:kms:${region}:${accountId}:alias/aws/secretsmanager`];
  return kmsKeyId === undefined || names.includes(kmsKeyId) ? '' : kmsKeyId;
}
