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
}

/** Whoever holds this many times as many slots as are free gets no more. */
const GREED = 3;
/** The time that a refused step stays away, at least and at most; milliseconds. */
const STAY_AWAY = { min: 300, max: 10_000 };
/** The number of lines; more are all forgotten. There is one for each account that only waits. */
const MAX_LINES = 10_000;

interface Pool {
  readonly size: number;
  held: number;
  readonly heldBy: Map<string, number>;
}

/**
 * Shares the slots of this process among accounts and custom functions. Each may hold three times as many slots as are free. So
 * one alone gets three quarters and several get less each, but some slots always stay free for newcomers: steps that hang delay
 * nobody else's.
 */
export class StepSlots {
  private readonly builtIn: Pool;
  private readonly custom: Pool;
  /** By account, the time at which the last of its refused steps asks again. */
  private readonly lines = new Map<string, number>();

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
   * steps of an account stand in line: they ask again one after the other, so that they do not crowd out others by asking, nor
   * cost more than what they wait for.
   */
  enter({ accountId, functionArn, isCustom }: SlotClaim): Leave | number {
    const pool = isCustom ? this.custom : this.builtIn;
    const keys = isCustom ? [accountId, functionArn] : [accountId];
    const free = pool.size - pool.held;
    const mayEnter = free > 0 && keys.every((key) => (pool.heldBy.get(key) ?? 0) < GREED * free);
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
    // Somewhat faster than slots become free on most machines: a slot that nobody asks for is worth more than a refusal.
    const spacing = STAY_AWAY.min / pool.size;
    const turn = Math.max(now + STAY_AWAY.min, (this.lines.get(accountId) ?? 0) + spacing);
    this.lines.set(accountId, Math.min(turn, now + STAY_AWAY.max));
    return Math.min(STAY_AWAY.max, turn - now);
  }
}
