/** What a step holds while it puts load on a server. */
export interface Permit {
  release(): void;
}

interface Target {
  held: number;
  waiting: Set<() => void>;
}

/**
 * Bounds how many steps work on one server at a time. The bound holds for this process: with several workers it is theirs together times as many. A step that does
 * not get its turn soon makes way, so that a slow server cannot keep the worker from serving the others.
 */
export class TargetLimits {
  private readonly targets = new Map<string, Target>();

  constructor(
    private readonly options: {
      /** Steps at a time on one server. */
      perTarget: number;
      /** How long a step waits for its turn, milliseconds. */
      patienceMs: number;
    },
  ) {}

  /** Undefined when no turn came in time. Without a target there is no bound. */
  async enter(target: string | undefined): Promise<Permit | undefined> {
    if (target === undefined) return { release: () => undefined };
    const state = this.targets.get(target) ?? { held: 0, waiting: new Set() };
    this.targets.set(target, state);
    if (state.held < this.options.perTarget) state.held++;
    else if (!(await this.turn(state))) return undefined;
    return this.permit(target, state);
  }

  /** Whoever leaves hands its place on, so that `held` stays as it is. */
  private turn(state: Target): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        state.waiting.delete(wake);
        resolve(true);
      };
      const timer = setTimeout(() => {
        state.waiting.delete(wake);
        resolve(false);
      }, this.options.patienceMs);
      state.waiting.add(wake);
    });
  }

  private permit(target: string, state: Target): Permit {
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        const [next] = state.waiting;
        if (next) next();
        else if (--state.held === 0) this.targets.delete(target);
      },
    };
  }
}
