import { ResourceExistsException, type SecretsCalls } from '@strongroom/client';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';
import { differences, type ExistingSecret, WHILE_IMPORTING } from './compare';
import { idOf } from './hashing/digest';
import { AWSCURRENT, currentOf, sameValue, type SourceSecret, type SourceVersion } from './source';
import { existingSecret } from './target/existing-secret';
import { DEFAULT_KEY } from './target/key-mapping';
import { VersionIds } from './version-ids';

/** A secret of the source and what it becomes. */
export interface WriteRequest {
  name: string;
  secret: SourceSecret;
  /** See MappedKey. */
  kmsKeyId: string | null | undefined;
  /** Whether it may exist already. */
  isNew: boolean;
  /** Whether what is here may be replaced; else only what is missing is added. */
  mayReplace: boolean;
}

/**
 * Writes secrets, each so that an interruption leaves nothing wrong: a resource policy comes before the value that it protects,
 * and AWSCURRENT before older versions. What was interrupted goes on where it was, and every version has an id that does not
 * depend on the attempt, so that no version comes twice.
 */
export class Writer {
  constructor(
    private readonly secrets: SecretsCalls,
    private readonly sourceId: string,
  ) {}

  async write({ name, secret, kmsKeyId, isNew, mayReplace }: WriteRequest): Promise<void> {
    if (isNew && (await this.create(name, secret, kmsKeyId))) return;
    await this.complete(name, secret, kmsKeyId, mayReplace);
  }

  /** @returns whether that was all */
  private async create(name: string, secret: SourceSecret, kmsKeyId: string | null | undefined): Promise<boolean> {
    const current = currentOf(secret);
    const ids = new VersionIds(this.sourceId, secret.name, '');
    const withValue = current !== undefined && secret.resourcePolicy === undefined;
    try {
      await this.secrets.createSecret({
        name,
        description: secret.description,
        tags: tagsOf(secret.tags),
        kmsKeyId: kmsKeyId ?? undefined,
        ...(withValue
          ? { ...current.value, clientRequestToken: ids.of(current) }
          : { clientRequestToken: idOf('secret', this.sourceId, secret.name) }),
      });
    } catch (error) {
      if (!(error instanceof ResourceExistsException)) throw error;
      const existing = await existingSecret(this.secrets, name, secret);
      const isOurs = existing.labels.size === 0 || (current !== undefined && existing.versionIds.has(ids.of(current)));
      if (!isOurs) throw new CliError('It was created here after it was compared: compare again.', { exitCode: EXIT.conflict });
      return false;
    }
    const isSimple = secret.versions.length <= 1 && (current?.labels.length ?? 1) === 1;
    return isSimple && secret.resourcePolicy === undefined;
  }

  /** Adds what is missing and, if it may, replaces what differs. */
  private async complete(
    name: string,
    secret: SourceSecret,
    kmsKeyId: string | null | undefined,
    mayReplace: boolean,
  ): Promise<void> {
    const existing = await existingSecret(this.secrets, name, secret);
    const ids = new VersionIds(this.sourceId, secret.name, existing.current?.versionId ?? '');
    const { resourcePolicy } = secret;
    if (resourcePolicy !== undefined && (existing.resourcePolicy === undefined || mayReplace)) {
      if (differences({ ...secret, versions: [] }, undefined, existing, ids).some(({ what }) => what === 'resource policy')) {
        await this.secrets.putResourcePolicy({ secretId: name, resourcePolicy });
      }
    }
    if (mayReplace) await this.replaceMetadata(name, secret, kmsKeyId, existing);
    await this.writeVersions(name, secret, existing, ids);
  }

  private async replaceMetadata(
    name: string,
    { description, tags }: SourceSecret,
    kmsKeyId: string | null | undefined,
    existing: ExistingSecret,
  ): Promise<void> {
    const newDescription = description !== undefined && description !== existing.description ? description : undefined;
    const newKey =
      kmsKeyId !== undefined && (kmsKeyId ?? undefined) !== existing.kmsKeyId ? (kmsKeyId ?? DEFAULT_KEY) : undefined;
    if (newDescription !== undefined || newKey !== undefined) {
      await this.secrets.updateSecret({ secretId: name, description: newDescription, kmsKeyId: newKey });
    }
    const newTags = tagsOf(tags).filter(({ key, value }) => existing.tags.get(key) !== value);
    if (newTags.length > 0) await this.secrets.tagResource({ secretId: name, tags: newTags });
  }

  private async writeVersions(name: string, secret: SourceSecret, existing: ExistingSecret, ids: VersionIds): Promise<void> {
    const current = currentOf(secret);
    if (current === undefined) return;
    // The same value under another id is not written again.
    const here = existing.current && sameValue(existing.current.value, current.value) ? existing.current.versionId : undefined;
    const idHere = (version: SourceVersion) => (version === current && here !== undefined ? here : ids.of(version));
    const put = async (version: SourceVersion, stages: readonly string[]) => {
      if (existing.versionIds.has(idHere(version))) return;
      await this.secrets.putSecretValue({
        secretId: name,
        clientRequestToken: idHere(version),
        versionStages: [...stages],
        ...version.value,
      });
    };
    await put(current, [AWSCURRENT]);
    const older = secret.versions.filter((version) => version !== current);
    // A version needs a label to come into being: this one goes from one to the next.
    for (const version of older.filter(({ labels }) => labels.length === 0)) await put(version, [WHILE_IMPORTING]);
    for (const version of older.filter(({ labels }) => labels.length > 0)) await put(version, version.labels);
    await this.settleLabels(name, secret.versions, idHere);
  }

  /** Puts every label of the source where it is there. */
  private async settleLabels(
    name: string,
    versions: readonly SourceVersion[],
    idHere: (version: SourceVersion) => string,
  ): Promise<void> {
    const { versionIdsToStages } = await this.secrets.describeSecret({ secretId: name });
    const holders = new Map(
      Object.entries(versionIdsToStages).flatMap(([versionId, { stages }]) => stages.map((stage) => [stage, versionId] as const)),
    );
    const move = async (versionStage: string, moveToVersionId?: string) => {
      const removeFromVersionId = holders.get(versionStage);
      if (removeFromVersionId === moveToVersionId) return;
      await this.secrets.updateSecretVersionStage({ secretId: name, versionStage, moveToVersionId, removeFromVersionId });
      // The version that AWSCURRENT leaves gets AWSPREVIOUS.
      if (versionStage === AWSCURRENT && removeFromVersionId !== undefined) holders.set('AWSPREVIOUS', removeFromVersionId);
    };
    await move(WHILE_IMPORTING);
    const wanted = versions.flatMap((version) => version.labels.map((label) => [label, idHere(version)] as const));
    for (const [label, versionId] of wanted.filter(([each]) => each === AWSCURRENT)) await move(label, versionId);
    for (const [label, versionId] of wanted.filter(([each]) => each !== AWSCURRENT)) await move(label, versionId);
  }
}

const tagsOf = (tags: ReadonlyMap<string, string> | undefined): { key: string; value: string }[] =>
  [...(tags ?? [])].map(([key, value]) => ({ key, value }));
