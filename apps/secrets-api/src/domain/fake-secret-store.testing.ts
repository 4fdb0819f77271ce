import { secretArn } from '@strongroom/arn';
import type { RotationRequest } from './rotation/rotation';
import type { RotationRequestReader } from './rotation/rotation-ports';
import type { NewVersion, SealedValue, Secret, Version, VersionSummary } from './secret';
import { secretNotFound } from './secret-errors';
import type { FoundSecret, SecretReader, VersionSelection } from './secret-reader.port';
import type { SecretKey } from './secret-reference';
import {
  type LockedSecret,
  type OpenRotation,
  type Page,
  type SecretChanges,
  type SecretStore,
  VersionTaken,
  type WriteOptions,
} from './secret-store.port';
import { KEPT_VERSIONS, MAX_VERSIONS } from './version-retention';
import type { Fullness } from './secret-store.port';

interface Held {
  secret: Secret;
  versions: Map<string, Version>;
  everCurrent: Set<string>;
  request?: RotationRequest;
}

/** Secrets in memory: one writer at a time, and a failed write leaves nothing behind. It has only what rotation needs. */
export class FakeSecretStore
  implements SecretReader, Pick<SecretStore, 'change' | 'tryChange' | 'dueForRotation' | 'openRotations'>
{
  private readonly held = new Map<number, Held>();

  add(name: string, version?: Version, createdAt = new Date(0)): Secret {
    const id = this.held.size + 1;
    const place = { accountId: '000000000000', region: 'us-east-1', name };
    const secret: Secret = {
      ...place,
      id,
      arn: secretArn({ ...place, account: place.accountId, suffix: 'abcdef' }),
      description: '',
      createdAt,
      lastChangedAt: createdAt,
      creationToken: '',
      tags: new Map(),
      labels: new Map(version ? [['AWSCURRENT', version.versionId]] : []),
    };
    this.held.set(id, {
      secret,
      versions: new Map(version ? [[version.versionId, version]] : []),
      everCurrent: new Set(version && [version.versionId]),
    });
    return secret;
  }

  /** As it is now. */
  get(id: number): Held {
    const held = this.held.get(id);
    if (!held) throw secretNotFound();
    return held;
  }

  async find({ name }: SecretKey, selection?: VersionSelection): Promise<FoundSecret | undefined> {
    const held = [...this.held.values()].find(({ secret }) => secret.name === name);
    if (!held) return undefined;
    const { secret, versions } = held;
    const wanted = selection && ('label' in selection ? secret.labels.get(selection.label) : selection.versionId);
    return { secret, version: wanted === undefined ? undefined : versions.get(wanted) };
  }

  async change<Result>(id: number, work: (locked: LockedSecret) => Promise<Result>, options: WriteOptions): Promise<Result> {
    const { secret, versions, everCurrent, request } = this.get(id);
    const draft: Held = { secret, versions: new Map(versions), everCurrent: new Set(everCurrent), request };
    const locked = new FakeLockedSecret(draft, secret);
    const result = await work(locked);
    await options.beforeCommit();
    if (locked.removed) this.held.delete(id);
    else this.held.set(id, draft);
    return result;
  }

  tryChange<Result>(id: number, work: (locked: LockedSecret) => Promise<Result>, options: WriteOptions): Promise<Result> {
    return this.change(id, work, options);
  }

  /** The requests, as readers see them. */
  readonly requests: RotationRequestReader = { find: async (id) => this.get(id).request };

  async dueForRotation(now: Date): Promise<number[]> {
    return [...this.held.values()].flatMap(({ secret: { id, rotation, deletion }, request }) =>
      rotation?.next && rotation.next.at <= now && !deletion && request?.state !== 'open' ? [id] : [],
    );
  }

  async openRotations(): Promise<Page<OpenRotation>> {
    const all = [...this.held.values()].flatMap(({ secret, request }) =>
      request?.state === 'open' ? [{ secret, request }] : [],
    );
    return { items: all };
  }
}

class FakeLockedSecret implements LockedSecret {
  removed = false;

  constructor(
    private readonly draft: Held,
    readonly secret: Secret,
  ) {}

  async version(versionId: string): Promise<VersionSummary | undefined> {
    const version = this.draft.versions.get(versionId);
    return (
      version && {
        versionId,
        createdAt: version.createdAt,
        kmsKeyArn: version.sealed?.kmsKeyArn,
        wasCurrent: this.draft.everCurrent.has(versionId),
      }
    );
  }

  async fullness(): Promise<Fullness> {
    const { size } = this.draft.versions;
    if (size >= MAX_VERSIONS) return 'full';
    return size >= KEPT_VERSIONS ? 'many' : 'few';
  }

  async versionCount(): Promise<number> {
    return this.draft.versions.size;
  }

  async oldestDeprecated(before: Date): Promise<string[]> {
    const labelled = new Set(this.draft.secret.labels.values());
    return [...this.draft.versions.values()]
      .filter(({ versionId, createdAt }) => createdAt < before && !labelled.has(versionId))
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .slice(0, 100)
      .map(({ versionId }) => versionId);
  }

  async addVersion({ isCurrent, ...version }: NewVersion): Promise<void> {
    if (this.draft.versions.has(version.versionId)) throw new VersionTaken();
    this.draft.versions.set(version.versionId, version);
    if (isCurrent) this.draft.everCurrent.add(version.versionId);
  }

  async rememberCurrent(versionId: string): Promise<void> {
    this.draft.everCurrent.add(versionId);
  }

  async setValue(versionId: string, sealed: SealedValue): Promise<void> {
    this.draft.versions.set(versionId, { ...this.draft.versions.get(versionId)!, sealed });
  }

  async setLabels({ removed, set }: Parameters<LockedSecret['setLabels']>[0]): Promise<void> {
    const labels = new Map(this.draft.secret.labels);
    for (const label of removed) labels.delete(label);
    for (const { label, versionId } of set) {
      // As the foreign key has it.
      if (!this.draft.versions.has(versionId)) throw new Error(`there is no version ${versionId}`);
      labels.set(label, versionId);
    }
    this.draft.secret = { ...this.draft.secret, labels };
  }

  async deleteVersions(versionIds: readonly string[]): Promise<void> {
    const labelled = new Set(this.draft.secret.labels.values());
    for (const versionId of versionIds) {
      if (labelled.has(versionId)) throw new Error(`version ${versionId} has a label`);
      this.draft.versions.delete(versionId);
    }
  }

  async update({ deletion, ...changes }: SecretChanges): Promise<void> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const dates = deletion === undefined ? {} : { deletion: deletion ?? undefined };
    this.draft.secret = { ...this.draft.secret, ...given, ...dates };
  }

  async rotationRequest(): Promise<RotationRequest | undefined> {
    return this.draft.request;
  }

  async putRotationRequest(request: RotationRequest): Promise<void> {
    this.draft.request = request;
  }

  async remove(): Promise<void> {
    this.removed = true;
  }

  putTags = (): Promise<void> => Promise.reject(new Error('no tags here'));
  removeTags = (): Promise<void> => Promise.reject(new Error('no tags here'));
}
