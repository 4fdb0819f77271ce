import { SecretCache } from '@strongroom/client';
import { MINUTE } from '@strongroom/clock';
import { keyOf } from '@strongroom/templates';
import type { Cli } from '../../cli';
import { asUsageError, type EnvironmentPlan } from '../../environment/environment-plan';
import { ChildProgram, type Ended } from '../../process/child-program';
import { requireProgram } from '../../process/find-program';
import { forwardSignals } from '../../process/forward-signals';
import { withOfflineCache } from '../../values/offline-flags';
import { SecretNews } from '../../values/secret-news';
import { CachedSource, ClusterSource, type SecretSource } from '../../values/secret-source';
import type { RunFlags } from './run-flags';
import { type Reading, Supervisor } from './supervisor';

export interface Program {
  command: string;
  args: readonly string[];
  plan: EnvironmentPlan;
  /** The whole environment, with these variables from secrets. */
  environment: (variables: Record<string, string>) => Record<string, string>;
}

/** How old values may get while the cluster tells nothing by itself; milliseconds. */
const MAX_AGE_MS = MINUTE;

/** Reads, starts, and waits until the program ends. @throws CliError if it does not get so far */
export const runProgram = async (program: Program, flags: RunFlags, cli: Cli): Promise<Ended> => {
  requireProgram(program.command, program.environment({})['PATH']);
  // Whoever hears nothing of us any more is no reason to leave the program alone.
  cli.terminal.stderr.on('error', () => undefined);
  // Once the program runs, signals are its own.
  const reading = new AbortController();
  const interrupt = () => reading.abort();
  cli.signal.addEventListener('abort', interrupt, { once: true });
  // Plain text alone needs no cluster.
  const cluster = new ClusterSource(async () => (await cli.strongroom()).secrets, reading.signal);
  const cache = flags.watch ? new SecretCache(await cli.strongroom(), { maxAgeMs: MAX_AGE_MS }) : undefined;
  const news = cache && new SecretNews(cache);
  const direct = cache && news ? new CachedSource(cache, news, cluster, reading.signal) : cluster;
  const source = await withOfflineCache(direct, flags, cli);
  let current = (): ChildProgram | undefined => undefined;
  const forwarding = forwardSignals(() => current());
  const start = async (env: Record<string, string>): Promise<ChildProgram> => {
    if (reading.signal.aborted) throw new Error('interrupted');
    const child = await ChildProgram.start({ command: program.command, args: program.args, env });
    cli.signal.removeEventListener('abort', interrupt);
    // What came while it was started.
    if (reading.signal.aborted) child.send('SIGTERM');
    return child;
  };
  const read = () => readFor(program, source);
  try {
    if (!news) {
      const child = await start((await read()).env);
      current = () => child;
      return await child.ended;
    }
    const supervisor = new Supervisor({
      start,
      read,
      news,
      forwarding,
      onChange: flags.onChange,
      onLost: flags.onLost,
      killAfterMs: flags.killAfter,
      minIntervalMs: flags.minInterval,
      note: (text) => cli.printer.note(`strongroom: ${text}`),
      forget: async (name) => source.forget?.(name),
    });
    current = () => supervisor.current;
    await supervisor.start(await read());
    return await supervisor.watch();
  } finally {
    forwarding.release();
    news?.close();
    cache?.close();
  }
};

const readFor = async ({ plan, environment }: Program, source: SecretSource): Promise<Reading> => {
  const below = new Map<string, string[]>();
  for (const prefix of plan.prefixes) below.set(prefix, await source.namesBelow(prefix));
  const names = [...plan.references, ...[...below.values()].flat().map((secretId) => ({ secretId }))];
  const versions = await source.read(names);
  try {
    const env = environment(plan.variables(versions, below));
    return { env, versionIds: new Map(names.map((name) => [keyOf(name), versions.get(keyOf(name))!.versionId])) };
  } catch (error) {
    throw asUsageError(error);
  }
};
