import type { Logger } from '@strongroom/telemetry';
import type { CheckpointPlace, CheckpointStore } from './checkpoint.port';
import type { Checkpoints } from './checkpoints';
import { termHash } from './hashing/term-hash';
import type { TrailStore } from './trail.port';

export interface CheckpointMetrics {
  checkpointed(): void;
  checkpointFailed(): void;
}

export interface CheckpointRoundsOptions {
  trail: Pick<TrailStore, 'heads'>;
  store: CheckpointStore;
  checkpoints: Pick<Checkpoints, 'now'>;
  /** Where copies go. */
  places: readonly CheckpointPlace[];
  logger: Logger;
  metrics: CheckpointMetrics;
}

/**
 * Makes a checkpoint of each trail that has grown, and copies it to the places that the operator named, at least once. What fails
 * is logged, counted, and done in the next round.
 */
export class CheckpointRounds {
  constructor(private readonly options: CheckpointRoundsOptions) {}

  /** Returns whether all was done; never rejects. */
  async round(): Promise<boolean> {
    const made = await this.attempt('a checkpoint of the audit trail could not be made', () => this.make());
    const copied = await Promise.all(
      this.options.places.map((place) => this.attempt('a checkpoint could not be copied', () => this.copy(place), place.kind)),
    );
    return made && copied.every(Boolean);
  }

  private async make(): Promise<void> {
    const { trail, store, checkpoints, metrics } = this.options;
    const failures: unknown[] = [];
    for (const { accountId, sequence } of await trail.heads()) {
      if (sequence <= ((await store.latest(accountId, {}))?.size ?? 0)) continue;
      try {
        await checkpoints.now(accountId);
        metrics.checkpointed();
      } catch (error) {
        // One account's trail must not keep the others from theirs.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures.slice(0, 1), `${failures.length} trails have no new checkpoint`);
  }

  private async copy(place: CheckpointPlace): Promise<void> {
    const { store } = this.options;
    const id = termHash(`${place.kind} ${place.name}`);
    for (const checkpoint of await store.uncopied(id)) {
      await place.put(checkpoint.note);
      await store.addCopy(id, checkpoint);
    }
  }

  private async attempt(message: string, work: () => Promise<void>, name?: string): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.options.metrics.checkpointFailed();
      this.options.logger.warn(message, { name, error });
      return false;
    }
  }
}
