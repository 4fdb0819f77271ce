import { eventually } from '@strongroom/testing';

/** Keeps so many calls under way until it is told to stop: what one greedy caller does. Refusals count as answers. */
export class Flood {
  /** Calls that have been answered, one way or the other. */
  answered = 0;
  refused = 0;
  private running = true;
  private readonly callers: Promise<void>[];

  constructor(inFlight: number, call: (n: number) => Promise<unknown>) {
    this.callers = Array.from({ length: inFlight }, async (_, n) => {
      for (; this.running; n += inFlight) {
        await call(n).catch(() => this.refused++);
        this.answered++;
      }
    });
  }

  /** Resolves when as many have been answered as are in flight: from then on the server has had all of them before it. */
  async isUnderWay(): Promise<void> {
    await eventually('the flood is under way', () => this.answered >= this.callers.length, 60_000);
  }

  /** How many were answered while this was done. */
  async during(work: () => Promise<unknown>): Promise<number> {
    const before = this.answered;
    await work();
    return this.answered - before;
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.callers);
  }
}
