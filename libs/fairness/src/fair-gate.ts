export interface FairGateOptions {
  /** The number of callers inside at a time. */
  slots: number;
  /** The most of them in one lane. Default: all. */
  slotsPerLane?: number;
  /**
   * The most that may wait in one lane; others are refused with `turnAway`. Default: no limit, for callers that are bounded
   * elsewhere.
   */
  maxWaitingPerLane?: number;
  /** The error for callers that find a lane full. */
  turnAway?(): Error;
}

/** The caller must call this once, when its work is done. */
export type Leave = () => void;

interface Lane {
  inside: number;
  readonly waiting: ((leave: Leave) => void)[];
}

/**
 * Shares a scarce resource among its users: each names a lane, such as an account, and lanes take turns. However many wait in
 * other lanes, a caller in an empty lane waits for at most one entry of each of them. An empty lane costs nothing and is dropped,
 * so memory grows with the number of waiting callers, not with all callers ever.
 */
export class FairGate {
  private inside = 0;
  /** In the order of their turns, because a map keeps the order of insertion. */
  private readonly lanes = new Map<string, Lane>();
  private readonly slotsPerLane: number;

  constructor(private readonly options: FairGateOptions) {
    this.slotsPerLane = options.slotsPerLane ?? options.slots;
    if (!(options.slots >= 1 && this.slotsPerLane >= 1)) throw new RangeError('slots and slotsPerLane must be at least 1');
  }

  /** Returns without a promise if a slot is free. @throws what `turnAway` makes, if too many wait in the lane */
  enter(name: string): Leave | Promise<Leave> {
    let lane = this.lanes.get(name);
    if (lane === undefined) this.lanes.set(name, (lane = { inside: 0, waiting: [] }));
    if (this.inside < this.options.slots && lane.inside < this.slotsPerLane && lane.waiting.length === 0)
      return this.admit(name, lane);
    if (lane.waiting.length >= (this.options.maxWaitingPerLane ?? Infinity)) {
      throw this.options.turnAway?.() ?? new Error('too many wait');
    }
    const { waiting } = lane;
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Runs work inside. @throws as `enter`, and what the work throws */
  async through<T>(name: string, work: () => Promise<T>): Promise<T> {
    const leave = await this.enter(name);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** As `enter`; undefined when no turn came within so many milliseconds: whoever has gone is not waited for. */
  enterWithin(name: string, milliseconds: number): Promise<Leave | undefined> {
    const entered = this.enter(name);
    if (!(entered instanceof Promise)) return Promise.resolve(entered);
    const lane = this.lanes.get(name)!;
    const mine = lane.waiting.at(-1)!;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(mine), 1);
        this.forgetEmpty(name, lane);
        resolve(undefined);
      }, milliseconds);
      void entered.then((leave) => {
        clearTimeout(timer);
        resolve(leave);
      });
    });
  }

  private admit(name: string, lane: Lane): Leave {
    this.inside++;
    lane.inside++;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.inside--;
      lane.inside--;
      this.forgetEmpty(name, lane);
      this.next();
    };
  }

  private forgetEmpty(name: string, { inside, waiting }: Lane): void {
    if (inside === 0 && waiting.length === 0) this.lanes.delete(name);
  }

  private next(): void {
    for (const [name, lane] of this.lanes) {
      if (this.inside >= this.options.slots) return;
      if (lane.waiting.length === 0 || lane.inside >= this.slotsPerLane) continue;
      const enter = lane.waiting.shift();
      // Its next turn comes after that of all others.
      this.lanes.delete(name);
      this.lanes.set(name, lane);
      enter!(this.admit(name, lane));
      return;
    }
  }
}
