import type { StrongroomError } from '../errors';
import type { SecretVersion } from '../secrets.calls';
import { stageOf, type Wanted } from './secret-reference';
import { type SecretState, strongroomError } from './secret-state';
import { wipe } from './secret-version';
import type { Following } from './watch';

/** How a secret has changed. `lost`: why it cannot be read any more. */
export type SecretChange = { secretId: string; arn?: string } & (
  | { kind: 'changed'; versionId: string }
  | { kind: 'lost'; error: StrongroomError }
);

export type ChangeListener = (change: SecretChange) => void;

/** When a fetch began, and what was known then. */
export interface Mark {
  readonly at: number;
  readonly order: number;
  readonly notices: number;
}

type Told = { readonly versionId: string } | { readonly error: StrongroomError };

/** What the cache knows of one secret at one stage or version. */
export class CachedSecret {
  readonly listeners = new Set<ChangeListener>();
  watch: Following | undefined;
  fetching: { readonly since: number; readonly outcome: Promise<SecretVersion> } | undefined;
  cancelTimer: () => void = () => undefined;
  /** Somebody has asked for it since it was last fetched in the background. */
  isUsed = false;
  /** When the last fetch that was answered began. */
  askedAt = -Infinity;
  /** Fetches in a row that got no answer, and when the last one failed. */
  failures = 0;
  failedAt = -Infinity;
  lastFailureWasAway = false;
  // Hidden from whoever prints a cache.
  #value: SecretVersion | undefined;
  private fetchedAt = -Infinity;
  /** Since when the value has been known to be outdated. */
  private outdatedAt: number | undefined;
  private fetches = 0;
  /** The fetch that the value came from. */
  private order = 0;
  private notices = 0;
  /** What the last notice said is current. */
  private noticed: { readonly versionId: string; readonly stages: readonly string[] } | undefined;
  private told: Told | undefined;
  private arn: string | undefined;

  constructor(readonly wanted: Wanted) {}

  get hasValue(): boolean {
    return this.#value !== undefined;
  }

  get isOutdated(): boolean {
    return this.outdatedAt !== undefined;
  }

  /** When the value, or what took its place, was last known to be current. */
  get currentAt(): number {
    return this.outdatedAt ?? Math.max(this.fetchedAt, this.watch?.aliveAt() ?? -Infinity);
  }

  /** The value, unless it was last known to be current before that. Not a copy. */
  valueSince(moment: number): SecretVersion | undefined {
    return this.currentAt >= moment ? this.#value : undefined;
  }

  /** A fetch begins. */
  mark(at: number): Mark {
    return { at, order: ++this.fetches, notices: this.notices };
  }

  /** A notice has come since the fetch began, so its answer may be of before. */
  isOverruled(mark: Mark): boolean {
    return mark.notices !== this.notices;
  }

  /** Keeps what was fetched; false: it may be older than what is known. */
  take(value: SecretVersion, mark: Mark): boolean {
    const { noticed } = this;
    const isOverruled = this.isOverruled(mark);
    if (mark.order < this.order || (isOverruled && value.versionId !== noticed?.versionId)) return false;
    this.drop();
    this.#value = isOverruled ? { ...value, versionStages: [...noticed!.stages] } : value;
    this.arn = value.arn;
    this.order = mark.order;
    this.fetchedAt = mark.at;
    this.answered(mark.at);
    this.tell({ versionId: value.versionId });
    return true;
  }

  /** The cluster has answered, whatever it was. */
  answered(at: number): void {
    this.askedAt = at;
    this.failures = 0;
    this.lastFailureWasAway = false;
  }

  failed(at: number, wasAway: boolean): void {
    this.failures++;
    this.failedAt = at;
    this.lastFailureWasAway = wasAway;
  }

  /** A notice of push. */
  heard(state: SecretState, now: number): void {
    if ('error' in state) return this.lose(state.error);
    this.notices++;
    this.noticed = this.currentOf(state.stagesOf);
    if (this.noticed === undefined) {
      // A version may live on without a label.
      if (stageOf(this.wanted) === undefined) this.outdate(now);
      else this.lose(noSuchVersion());
      return;
    }
    const { versionId, stages } = this.noticed;
    this.tell({ versionId });
    if (this.#value?.versionId !== versionId) return this.outdate(now);
    this.outdatedAt = undefined;
    this.#value = { ...this.#value, versionStages: [...stages] };
  }

  /** It cannot be read any more. */
  lose(error: StrongroomError): void {
    this.notices++;
    this.noticed = undefined;
    this.drop();
    this.tell({ error });
  }

  /** Holds no value any more, for whatever reason. */
  drop(): void {
    wipe(this.#value);
    this.#value = undefined;
    this.outdatedAt = undefined;
    this.fetchedAt = -Infinity;
  }

  private outdate(now: number): void {
    this.outdatedAt ??= now;
  }

  private currentOf(stagesOf: ReadonlyMap<string, readonly string[]>) {
    const stage = stageOf(this.wanted);
    const { versionId: wantedId } = this.wanted;
    for (const [versionId, stages] of stagesOf) {
      const isIt = wantedId === undefined || wantedId === versionId;
      if (isIt && (stage === undefined || stages.includes(stage))) return { versionId, stages };
    }
    return undefined;
  }

  /** Tells what is not as it was told before. That a secret can be read is no change for whoever begins to listen. */
  private tell(state: Told): void {
    const before = this.told;
    this.told = state;
    const { secretId } = this.wanted;
    const about = { secretId, ...(this.arn !== undefined && { arn: this.arn }) };
    if ('error' in state) {
      if (before && 'error' in before && before.error.reason === state.error.reason) return;
      this.emit({ ...about, kind: 'lost', error: state.error });
    } else if (before && !('versionId' in before && before.versionId === state.versionId)) {
      this.emit({ ...about, kind: 'changed', versionId: state.versionId });
    }
  }

  /** Each in a turn of its own: what a listener does or throws disturbs neither the cache nor the others. */
  private emit(change: SecretChange): void {
    for (const listener of this.listeners) {
      queueMicrotask(() => {
        if (this.listeners.has(listener)) listener(change);
      });
    }
  }
}

const noSuchVersion = () =>
  strongroomError('not-found', 'ResourceNotFoundException', 'The secret has no version with this label any more.');
