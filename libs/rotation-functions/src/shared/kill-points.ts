import type { SecretValue } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import type { BuiltInCall, BuiltInFunction } from './built-in-function.port';
import type { RotatingSecret, RotationStage } from './rotating-secret.port';
import type { FakeRotatingSecret } from './fake-rotating-secret';
import type { SqlConnection, SqlLogin, SqlServer } from './sql-server.port';

// For tests: the worker dies between any two side effects of every step, before the first and after the last.

class Killed extends Error {}

/** Lets `after` effects happen and kills then: to die before an effect and after the one that precedes it is the same to the world. */
class Fuse {
  private happened = 0;

  constructor(private readonly after: number) {}

  /** What was about to happen at the kill, or, at the end of a step, had just happened. */
  killedAt?: string;

  /** What changes nothing, such as a query: to die before it and after it is the same too. */
  async look<T>(act: () => Promise<T>): Promise<T> {
    // The dead do nothing any more, whatever their code tries.
    if (this.killedAt !== undefined) throw new Killed();
    return act();
  }

  async pass<T>(what: string, effect: () => Promise<T>): Promise<T> {
    if (this.killedAt !== undefined) throw new Killed();
    if (this.happened === this.after) this.kill(what);
    const result = await effect();
    this.happened++;
    return result;
  }

  /** Dies at the end of the step, its answer lost, when as many effects happened and no more came. */
  end(): void {
    if (this.killedAt === undefined && this.happened === this.after) this.killedAt = 'the end';
  }

  private kill(what: string): never {
    this.killedAt = what;
    throw new Killed();
  }
}

const fusedServer = (server: SqlServer, fuse: Fuse, open: SqlConnection[]): SqlServer => ({
  async connect(login: SqlLogin, signal: AbortSignal) {
    const connection = await fuse.look(async () => {
      const opened = await server.connect(login, signal);
      open.push(opened);
      return opened;
    });
    return {
      query(sql) {
        const run = () => connection.query(sql);
        return /^(SELECT|SHOW) /.test(sql) ? fuse.look(run) : fuse.pass(sql, run);
      },
      close: () => connection.close(),
    };
  },
});

const fusedSecret = (secret: RotatingSecret, fuse: Fuse): RotatingSecret => ({
  arn: secret.arn,
  read: (stage: RotationStage) => secret.read(stage),
  readMaster: (id: string) => secret.readMaster(id),
  putPending: (value: SecretValue) => fuse.pass('putPending', () => secret.putPending(value)),
});

export const callOf = (secret: RotatingSecret): BuiltInCall => ({
  secret,
  random: systemRandom,
  signal: new AbortController().signal,
});

const steps = ['createSecret', 'setSecret', 'testSecret'] as const;

/** Runs a whole rotation, the labels moved at its end. */
export const rotate = async (rotation: BuiltInFunction, secret: FakeRotatingSecret): Promise<void> => {
  for (const step of steps) await rotation[step](callOf(secret));
  secret.finish();
  await rotation.afterFinish?.(callOf(secret));
};

export interface KillPointRehearsal {
  server: SqlServer;
  build: (server: SqlServer) => BuiltInFunction;
  /** A secret of a fresh user, ready to be rotated. */
  secret: () => Promise<FakeRotatingSecret>;
  /** Rejects when what must hold at every instant does not. */
  check: (secret: FakeRotatingSecret) => Promise<void>;
  /** Rejects when what must hold after the rotation does not. */
  checkDone: (secret: FakeRotatingSecret) => Promise<void>;
}

/**
 * Kills each step before its first side effect and after each of them, and each time checks, repeats the step, finishes the rotation and checks again.
 * Returns how many kill points there were. Rejects, naming the point, when one was not survived.
 */
export const surviveKillPoints = async ({ server, build, secret, check, checkDone }: KillPointRehearsal): Promise<number> => {
  let points = 0;
  for (const [index, step] of steps.entries()) {
    for (let after = 0; ; after++) {
      const rotating = await secret();
      for (const earlier of steps.slice(0, index)) await build(server)[earlier](callOf(rotating));
      const fuse = new Fuse(after);
      const open: SqlConnection[] = [];
      await build(fusedServer(server, fuse, open))
        [step](callOf(fusedSecret(rotating, fuse)))
        .catch((error: unknown) => {
          if (fuse.killedAt === undefined) throw error;
        });
      fuse.end();
      // A process that dies leaves its sessions to the server, which ends them.
      for (const connection of open) await connection.close();
      if (fuse.killedAt === undefined) break;
      points++;
      try {
        await check(rotating);
        for (const later of steps.slice(index)) await build(server)[later](callOf(rotating));
        rotating.finish();
        await checkDone(rotating);
      } catch (error) {
        throw new Error(`killed after ${after} effects of ${step}, at ${fuse.killedAt.slice(0, 40)}: ${String(error)}`, {
          cause: error,
        });
      }
    }
  }
  return points;
};
