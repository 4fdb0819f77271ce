import { type Clock, DAY, HOUR } from '@strongroom/clock';
import type { RunHistory } from './run-history.port';

const BATCH = 500;
/** The most batches at a time, because the scan that waits for them has more to do. */
const BATCHES = 20;

/** Removes runs from the history when their time is over: once an hour or, as long as there are more, with every scan. */
export class HistoryRetention {
  private nextAt = 0;

  constructor(
    private readonly d: {
      history: Pick<RunHistory, 'purge'>;
      clock: Clock;
      /** The time that a run is kept after its end. */
      days: number;
    },
  ) {}

  async purgeWhenDue(signal?: AbortSignal): Promise<void> {
    const now = this.d.clock.millis();
    if (now < this.nextAt) return;
    const edge = new Date(now - this.d.days * DAY);
    for (let batch = 0; batch < BATCHES; batch++) {
      if (signal?.aborted) return;
      if ((await this.d.history.purge(edge, BATCH)) === BATCH) continue;
      this.nextAt = now + HOUR;
      return;
    }
  }
}
