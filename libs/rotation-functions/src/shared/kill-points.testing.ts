import { systemRandom } from '@strongroom/random';
import type { BuiltInCall, BuiltInFunction } from './built-in-function.port';
import type { FakeRotatingSecret } from './fake-rotating-secret.testing';
import type { RotatingSecret } from './rotating-secret.port';
import type { SqlLogin, SqlServer } from './sql-server.port';

// The worker dies between any two side effects of every step, before the first and after the last.

/** The error that represents the death of the worker. */
class Killed extends Error {
  constructor() {
    super('the worker was killed here');
  }
}

/**
 * Lets `after` side effects of a step happen, and then kills the worker. For the world it makes no difference whether the worker
 * dies before an effect or after the previous one.
 */
export class KillPoint {
  /** What was about to happen at the kill or, at the end of a step, had just happened. */
  killedAt?: string;
  private happened = 0;
  private readonly heirs: (() => Promise<void>)[] = [];

  constructor(private readonly after: number) {}

  /** Work that changes nothing, such as a query: dying before it and after it is the same. */
  async look<T>(act: () => Promise<T>): Promise<T> {
    // A dead worker does nothing any more, whatever its code tries.
    if (this.killedAt !== undefined) throw new Killed();
    return act();
  }

  async around<T>(effect: () => Promise<T>, what = 'a side effect'): Promise<T> {
    if (this.killedAt === undefined && this.happened === this.after) this.killedAt = what;
    if (this.killedAt !== undefined) throw new Killed();
    try {
      return await effect();
    } finally {
      this.happened++;
    }
  }

  /** What others do after the death of the worker, such as a server that ends its sessions. */
  bequeath(act: () => Promise<void>): void {
    this.heirs.push(act);
  }

  /**
   * Resolves with whether the worker has died. If exactly `after` effects happened, it dies at the end of the step, and its
   * answer is lost.
   */
  async end(): Promise<boolean> {
    if (this.killedAt === undefined && this.happened === this.after) this.killedAt = 'the end';
    for (const act of this.heirs) await act();
    return this.killedAt !== undefined;
  }
}

/** A server whose statements, except queries, are side effects at which a worker can die. */
export function mortalServer(server: SqlServer, killPoint: KillPoint): SqlServer {
  return {
    async connect(login: SqlLogin, signal: AbortSignal) {
      const connection = await killPoint.look(() => server.connect(login, signal));
      killPoint.bequeath(() => connection.close());
      return {
        query(sql) {
          const run = () => connection.query(sql);
          return /^(SELECT|SHOW) /.test(sql) ? killPoint.look(run) : killPoint.around(run, sql.slice(0, 40));
        },
        close: () => connection.close(),
      };
    },
  };
}

export function callOf(secret: RotatingSecret, signal = new AbortController().signal): BuiltInCall {
  return { secret, random: systemRandom, signal };
}

const steps = ['createSecret', 'setSecret', 'testSecret', 'afterFinish'] as const;
type Step = (typeof steps)[number];

const take = async (rotation: BuiltInFunction, step: Step, secret: FakeRotatingSecret): Promise<void> =>
  rotation[step]?.(callOf(secret));

/** Takes one step after another, and moves the labels before afterFinish. */
async function takeAll(rotation: BuiltInFunction, some: readonly Step[], secret: FakeRotatingSecret): Promise<void> {
  for (const step of some) {
    if (step === 'afterFinish') secret.finish();
    await take(rotation, step, secret);
  }
}

/** A whole rotation without faults. */
export async function rotate(rotation: BuiltInFunction, secret: FakeRotatingSecret): Promise<void> {
  await takeAll(rotation, steps, secret);
  await rotation.testCurrent(callOf(secret));
}

/** A secret that is ready to be rotated, and its server: new for every kill point. */
export interface KillPointWorld {
  secret: FakeRotatingSecret;
  /** The function as run by a worker that dies at the kill point, or not at all. */
  functionWith: (killPoint?: KillPoint) => BuiltInFunction;
  /** Whether the version with this label logs in, seen from outside. */
  logsIn: (stage: 'AWSCURRENT' | 'AWSPENDING') => Promise<boolean>;
  /** Rejects if the invariant that must hold at every death is broken. Default: some labelled version logs in. */
  check?: () => Promise<void>;
  /** Rejects if the condition for the end is broken. AWSCURRENT must always log in then. */
  checkDone?: () => Promise<void>;
}

/**
 * Kills each step before its first side effect and after each of them. Each time it checks, repeats the step as the queue would,
 * finishes the rotation and checks again. Returns how many kill points there were. Rejects, naming the point, when one was not
 * survived.
 */
export async function surviveEveryKillPoint(freshWorld: () => Promise<KillPointWorld>): Promise<number> {
  let points = 0;
  for (const [index, step] of steps.entries()) {
    for (let after = 0; ; after++) {
      const world = await freshWorld();
      const { secret } = world;
      const killPoint = new KillPoint(after);
      const mortal = world.functionWith(killPoint);
      if (mortal[step] === undefined) break;
      await takeAll(world.functionWith(), steps.slice(0, index), secret);
      if (step === 'afterFinish') secret.finish();
      secret.killPoint = killPoint;
      await take(mortal, step, secret).catch((error: unknown) => {
        if (killPoint.killedAt === undefined) throw error;
      });
      secret.killPoint = undefined;
      if (!(await killPoint.end())) break;
      points++;
      try {
        await (world.check ?? (() => someLogsIn(world)))();
        await take(world.functionWith(), step, secret);
        await takeAll(world.functionWith(), steps.slice(index + 1), secret);
        if (!(await world.logsIn('AWSCURRENT'))) throw new Error('AWSCURRENT does not log in at the end');
        await world.checkDone?.();
      } catch (error) {
        throw new Error(`killed after ${after} effects of ${step}, at ${killPoint.killedAt!}: ${String(error)}`, {
          cause: error,
        });
      }
    }
  }
  return points;
}

async function someLogsIn({ secret, logsIn }: KillPointWorld): Promise<void> {
  if (await logsIn('AWSCURRENT')) return;
  if (!secret.has('AWSPENDING') || !(await logsIn('AWSPENDING'))) throw new Error('no labelled version logs in');
}
