import type { Clock } from '@strongroom/clock';
import type { Leave } from '@strongroom/fairness';

export interface StepSlotsOptions {
  /** The number of steps of built-in functions at a time in this process. */
  builtIn: number;
  /**
   * The number of steps of custom functions at a time. They have their own slots, because they may hang for as long as their
   * authors like.
   */
  custom: number;
}

export interface SlotClaim {
  accountId: string;
  functionArn: string;
  isCustom: boolean;
  /** The rotation is under way: it goes on before another one begins. */
  hasBegun: boolean;
}

/** Whoever holds this many times as many slots as are free gets no more: for another rotation, and for one under way. */
const GREED = { another: 3, begun: 7 };
/** The time that a refused step stays away, at least and at most; milliseconds. */
const STAY_AWAY = { min: 300, max: 10_000 };
/** The number of lines; more are all forgotten. There is one for each account that only waits. */
const MAX_LINES = 10_000;

/** Refused steps of an account, which ask again one after the other. */
interface Line {
  /** The time at which the last one asks. */
  turn: number;
  /** The time at which one of them last got a slot, and the mean time between two that do; milliseconds. */
  servedAt: number;
  gap: number;
}
/** The most time between two that get a slot, as the mean counts it; milliseconds. */
const MAX_GAP_MS = 400;
/** The part of the mean that the newest time makes. */
const NEWEST = 0.2;
/** How many ask for a slot while one gets it: a slot that nobody asks for is worth more than a refusal. */
const EAGERNESS = 2;

interface Pool {
  readonly size: number;
  held: number;
  readonly heldBy: Map<string, number>;
}

/**
 * Shares the slots of this process among accounts and custom functions. Each may hold three times as many slots as are free,
 * and some more for rotations that have begun. So one alone gets three quarters and several get less each, but some slots always
 * stay free for newcomers: steps that hang delay nobody else's.
 */
export class StepSlots {
  private readonly builtIn: Pool;
  private readonly custom: Pool;
  /** By account. */
  private readonly lines = new Map<string, Line>();

  constructor(
    { builtIn, custom }: StepSlotsOptions,
    private readonly clock: Clock,
  ) {
    [this.builtIn, this.custom] = [builtIn, custom].map((size) => ({ size, held: 0, heldBy: new Map<string, number>() })) as [
      Pool,
      Pool,
    ];
  }

  /**
   * Returns a function that gives the slot back, or how long the step must wait before it asks again, in milliseconds. Refused
   * steps of an account stand in line: they ask again one after the other, about twice as fast as the line moves, so that they do
   * not crowd out others by asking, nor cost more than what they wait for. `again`: the step was refused before.
   */
  enter({ accountId, functionArn, isCustom, hasBegun }: SlotClaim, again = false): Leave | number {
    const pool = isCustom ? this.custom : this.builtIn;
    const keys = isCustom ? [accountId, functionArn] : [accountId];
    const free = pool.size - pool.held;
    const mayHold = (greed: number) => keys.every((key) => (pool.heldBy.get(key) ?? 0) < greed * free);
    // The last slot is for somebody else, even where there are few.
    const mayEnter = free > 0 && (mayHold(GREED.another) || (hasBegun && free > 1 && mayHold(GREED.begun)));
    if (!mayEnter) return this.refuse(accountId, pool);
    const add = (by: 1 | -1) => {
      pool.held += by;
      for (const key of keys) {
        const now = (pool.heldBy.get(key) ?? 0) + by;
        if (now === 0) pool.heldBy.delete(key);
        else pool.heldBy.set(key, now);
      }
    };
    add(1);
    if (again) this.serve(accountId);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      add(-1);
    };
  }

  private refuse(accountId: string, pool: Pool): number {
    if (this.lines.size > MAX_LINES) this.lines.clear();
    const now = this.clock.millis();
    const line = this.lines.get(accountId) ?? { turn: 0, servedAt: now, gap: (EAGERNESS * STAY_AWAY.min) / pool.size };
    const turn = Math.max(now + STAY_AWAY.min, line.turn + line.gap / EAGERNESS);
    this.lines.set(accountId, { ...line, turn: Math.min(turn, now + STAY_AWAY.max) });
    return Math.min(STAY_AWAY.max, turn - now);
  }

  private serve(accountId: string): void {
    const line = this.lines.get(accountId);
    if (line === undefined) return;
    const now = this.clock.millis();
    line.gap += NEWEST * (Math.min(MAX_GAP_MS, now - line.servedAt) - line.gap);
    line.servedAt = now;
  }
}
