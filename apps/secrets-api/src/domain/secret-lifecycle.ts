import { DAY, type Clock } from '@strongroom/clock';
import { invalidParameter } from '@strongroom/errors';
import { foldTagKey, MAX_TAGS } from './request-rules';
import { rescheduled } from './rotation/rotation-calendar';
import type { RotationLedger } from './rotation/rotation-ledger';
import type { Secret } from './secret';
import { duplicateTagKeys, markedForDeletion, secretNotFound, versionNotFound, windowOver } from './secret-errors';
import type { SecretStore, WriteOptions } from './secret-store.port';
import { moveLabel, type LabelMove } from './staging-labels';

/** A secret may have such keys from before they were refused: they can be removed, but none can be added. */
function requireDistinct(after: ReadonlyMap<string, string>, put: ReadonlyMap<string, string> | undefined): void {
  const folded = new Set([...(put?.keys() ?? [])].map(foldTagKey));
  const like = [...after.keys()].filter((key) => folded.has(foldTagKey(key)));
  const other = like.find((key) => !put!.has(key));
  if (other !== undefined) throw duplicateTagKeys(`the secret's tag ${other}`);
}

/** Changes to a secret that need no key: labels, tags, policy, deletion. Each is one transaction with the row locked. */
export class SecretLifecycle {
  constructor(
    private readonly store: SecretStore,
    private readonly ledger: RotationLedger,
    private readonly clock: Clock,
  ) {}

  moveLabel({ id }: Secret, move: LabelMove, options: WriteOptions): Promise<void> {
    return this.store.change(
      id,
      async (locked) => {
        if (locked.secret.deletion) throw markedForDeletion();
        const known = async (versionId: string) => {
          const version = await locked.version(versionId);
          if (!version) throw versionNotFound(versionId);
          return version;
        };
        const to = move.to === undefined ? undefined : await known(move.to);
        if (move.from !== undefined) await known(move.from);
        // A version without a value has its rotation's label, and is deleted with it.
        if (to && to.kmsKeyArn === undefined && move.from !== move.to) throw versionNotFound(to.versionId);
        await this.ledger.setLabels(locked, moveLabel(locked.secret.labels, move));
        await locked.update({ lastChangedAt: this.clock.now() });
      },
      options,
    );
  }

  /** `check` gets the resulting tags, and throws if they are not allowed. */
  changeTags(
    { id }: Secret,
    change: { put?: ReadonlyMap<string, string>; remove?: readonly string[] },
    check: (before: Secret, after: ReadonlyMap<string, string>) => void,
    options: WriteOptions,
  ): Promise<void> {
    return this.store.change(
      id,
      async (locked) => {
        if (locked.secret.deletion) throw markedForDeletion();
        const after = new Map(locked.secret.tags);
        for (const key of change.remove ?? []) after.delete(key);
        for (const [key, value] of change.put ?? []) after.set(key, value);
        requireDistinct(after, change.put);
        if (after.size > MAX_TAGS) throw invalidParameter(`Tags: a secret must have at most ${MAX_TAGS} tags.`);
        check(locked.secret, after);
        if (change.remove) await locked.removeTags(change.remove);
        if (change.put) await locked.putTags([...change.put].map(([key, value]) => ({ key, value })));
        await locked.update({ lastChangedAt: this.clock.now() });
      },
      options,
    );
  }

  /** undefined removes the policy. */
  setPolicy({ id }: Secret, policy: string | undefined, options: WriteOptions): Promise<void> {
    return this.store.change(
      id,
      async (locked) => {
        if (locked.secret.deletion) throw markedForDeletion();
        await locked.update({ resourcePolicy: policy ?? null, lastChangedAt: this.clock.now() });
      },
      options,
    );
  }

  /** Returns the date from which the secret may be purged. */
  scheduleDeletion({ id }: Secret, days: number, options: WriteOptions): Promise<Date> {
    return this.store.change(
      id,
      async (locked) => {
        if (locked.secret.deletion) throw markedForDeletion();
        const now = this.clock.now();
        const purgeAt = new Date(now.getTime() + days * DAY);
        await this.ledger.stop(locked, { keepPending: false });
        await locked.update({ deletion: { deletedAt: now, purgeAt }, lastChangedAt: now });
        return purgeAt;
      },
      options,
    );
  }

  /** A secret that is not scheduled for deletion stays as it is. */
  restore({ id }: Secret, options: WriteOptions): Promise<void> {
    return this.store.change(
      id,
      async (locked) => {
        const { deletion } = locked.secret;
        if (!deletion) return;
        const now = this.clock.now();
        if (deletion.purgeAt <= now) throw windowOver();
        const { rotation, arn } = locked.secret;
        // Rotations that fell due in the meantime are not made up for.
        await locked.update({ deletion: null, rotation: rotation && rescheduled(rotation, arn, now), lastChangedAt: now });
      },
      options,
    );
  }

  /** Deletes the secret at once and for good. */
  async remove({ id }: Secret, options: WriteOptions): Promise<void> {
    await this.store.change(
      id,
      async (locked) => {
        await this.ledger.stop(locked, { keepPending: false });
        await locked.remove();
      },
      options,
    );
  }

  /**
   * Removes a secret whose window is over, and no other: one that was restored, or deleted again, stays. Returns whether it was
   * removed. `beforeCommit` gets the secret.
   */
  async purge(secretId: number, options: { deadline: number; beforeCommit(secret: Secret): Promise<void> }): Promise<boolean> {
    let purged: Secret | undefined;
    const work = this.store.change(
      secretId,
      async (locked) => {
        const { deletion } = locked.secret;
        purged = deletion && deletion.purgeAt <= this.clock.now() ? locked.secret : undefined;
        if (purged) await locked.remove();
        return purged !== undefined;
      },
      {
        deadline: options.deadline,
        beforeCommit: async () => {
          if (purged) await options.beforeCommit(purged);
        },
      },
    );
    return work.catch((error: unknown) => {
      // Somebody else has done it.
      if (error instanceof Error && error.name === secretNotFound().name) return false;
      throw error;
    });
  }
}
