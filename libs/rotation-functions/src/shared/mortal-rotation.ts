import type { SecretValue } from '@strongroom/envelope';
import { SeededRandom } from '@strongroom/random';
import type { BuiltInCall, BuiltInFunction } from './built-in-function.port';
import { FakeRotatingSecret } from './fake-rotating-secret';

/** For tests: what stands for the death of the worker. */
export class Killed extends Error {
  constructor() {
    super('the worker was killed here');
  }
}

/** Dies before or after the nth side effect; once dead, it does nothing more. */
export class KillPoint {
  reached = false;
  private seen = 0;

  constructor(
    private readonly nth: number,
    private readonly when: 'before' | 'after',
  ) {}

  async around<T>(effect: () => Promise<T>): Promise<T> {
    if (this.reached) throw new Killed();
    const mine = ++this.seen === this.nth;
    if (mine && this.when === 'before') this.die();
    try {
      return await effect();
    } finally {
      if (mine && this.when === 'after') this.die();
    }
  }

  private die(): never {
    this.reached = true;
    throw new Killed();
  }
}

/** A secret whose writing of the pending value is a side effect like any other. */
class MortalSecret extends FakeRotatingSecret {
  killPoint?: KillPoint;

  override putPending(value: SecretValue): Promise<boolean> {
    return this.killPoint ? this.killPoint.around(() => super.putPending(value)) : super.putPending(value);
  }
}

/** One server with one secret, fresh for every kill point. */
export interface KillPointWorld {
  /** Sets AWSCURRENT, and master secrets. */
  prepare(secret: FakeRotatingSecret): void;
  /** The function as a worker runs it that dies at the kill point, or not at all. */
  functionWith(killPoint?: KillPoint): BuiltInFunction;
  /** Whether what this label points to logs in, seen from outside. */
  logsIn(secret: FakeRotatingSecret, stage: 'AWSCURRENT' | 'AWSPENDING'): Promise<boolean>;
}

/**
 * Rotates once for each side effect, killing the worker before or after it, and repeats the step that was cut as the queue would. At every death
 * some labelled version must log in; at the end AWSCURRENT must. Returns how many kill points there were; throws at the first that was not survived.
 */
export const surviveEveryKillPoint = async (freshWorld: () => Promise<KillPointWorld>): Promise<number> => {
  let survived = 0;
  for (const when of ['before', 'after'] as const) {
    for (let nth = 1; ; nth++) {
      const world = await freshWorld();
      const killPoint = new KillPoint(nth, when);
      const where = `${when} side effect ${nth}`;
      const secret = new MortalSecret();
      world.prepare(secret);
      await rotate(world, secret, killPoint, where);
      if (!(await world.logsIn(secret, 'AWSCURRENT'))) throw new Error(`killed ${where}: AWSCURRENT does not log in at the end`);
      if (!killPoint.reached) break;
      survived++;
    }
  }
  return survived;
};

const rotate = async (world: KillPointWorld, secret: MortalSecret, killPoint: KillPoint, where: string): Promise<void> => {
  // Randomness differs between the lives of a worker.
  const callOf = (life: string): BuiltInCall => ({
    secret,
    random: new SeededRandom(life),
    signal: new AbortController().signal,
  });
  const mortal = world.functionWith(killPoint);
  const repeated = world.functionWith();
  const step = async (run: (rotationFunction: BuiltInFunction, call: BuiltInCall) => Promise<void> | undefined) => {
    secret.killPoint = killPoint;
    try {
      if (!killPoint.reached) return await run(mortal, callOf('first life'));
    } catch (error) {
      if (!killPoint.reached) throw error;
      const labelled = [
        await world.logsIn(secret, 'AWSCURRENT'),
        secret.has('AWSPENDING') && (await world.logsIn(secret, 'AWSPENDING')),
      ];
      if (!labelled.includes(true)) throw new Error(`killed ${where}: no labelled version logs in`);
    } finally {
      secret.killPoint = undefined;
    }
    await run(repeated, callOf('second life'));
  };
  await step((f, call) => f.createSecret(call));
  await step((f, call) => f.setSecret(call));
  await step((f, call) => f.testSecret(call));
  secret.finish();
  await step((f, call) => f.afterFinish?.(call));
};

/** A whole rotation without faults. */
export const rotateOnce = async (
  rotationFunction: BuiltInFunction,
  secret: FakeRotatingSecret,
  life = 'only life',
): Promise<void> => {
  const call: BuiltInCall = { secret, random: new SeededRandom(life), signal: new AbortController().signal };
  await rotationFunction.createSecret(call);
  await rotationFunction.setSecret(call);
  await rotationFunction.testSecret(call);
  secret.finish();
  await rotationFunction.afterFinish?.(call);
  await rotationFunction.testCurrent(call);
};
