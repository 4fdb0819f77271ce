import type { Environment, ServiceConfig } from '@strongroom/config';
import { protectMemory } from './memory-protection';
import type { Shell } from './shell';
import type { RunningService } from './start-service';

/** The time that calls have to finish once the process must stop; milliseconds. */
const GRACE_MS = 10_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface ServiceProgram<Config extends ServiceConfig> {
  /** Such as `secrets-api`. */
  name: string;
  /** @throws ConfigError */
  readConfig(env: Environment): Config;
  /** Starts the service through its shell; returns the port. */
  start: (shell: Shell<Config>) => Promise<{ readonly port: number }>;
  /** What the program does instead of serving if its first argument says so, such as `migrate`; with the arguments after it. */
  tasks?: Readonly<Record<string, (env: Environment, args: readonly string[]) => Promise<unknown>>>;
}

/** The part of `process` that the program needs. */
export interface ServiceProcess {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stderr: { write(text: string): unknown };
  /** Receives the lines of the log. Default: standard output. */
  readonly log?: { write(line: string): void };
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/**
 * Runs a service as a program: `serve`, the default without an argument, or one of its tasks. The first SIGTERM or SIGINT stops
 * the service within its grace period; a second one ends the process at once. The exit code is 0 after a clean stop; otherwise it
 * is 1, with one line on standard error. What the process has in memory is protected (`protectMemory`).
 */
export async function runService<Config extends ServiceConfig>(
  program: ServiceProgram<Config>,
  process: ServiceProcess = globalThis.process,
): Promise<void> {
  const fail = (what: string, error: unknown): void => {
    process.stderr.write(`${program.name} ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  };
  const serve = async (env: Environment): Promise<void> => {
    const service = await serveProgram(program, program.readConfig(env), process.log);
    let isStopping = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (isStopping) return fail('did not stop cleanly', `${signal} came while it stopped`);
      isStopping = true;
      service.stop(GRACE_MS).then(
        () => process.exit(0),
        (error: unknown) => fail('did not stop cleanly', error),
      );
    };
    for (const signal of SIGNALS) process.on(signal, stop);
  };
  const tasks = new Map<string, (env: Environment, args: readonly string[]) => Promise<unknown>>(
    Object.entries({ serve, ...program.tasks }),
  );
  const [name = 'serve', ...args] = process.argv.slice(2);
  try {
    protectMemory(process.env, process.on.bind(process));
    const task = tasks.get(name);
    if (!task) throw new Error(`no task '${name}': ${either([...tasks.keys()])}`);
    await task(process.env, args);
  } catch (error) {
    fail('cannot start', error);
  }
}

/** `serve, migrate or bootstrap`. */
const either = (names: readonly string[]): string => new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);

async function serveProgram<Config extends ServiceConfig>(
  { name, start }: ServiceProgram<Config>,
  config: Config,
  destination: ServiceProcess['log'],
): Promise<RunningService> {
  // Loaded by who serves: a task is a short process, and needs none of it.
  const { createLogger, Metrics, startMetricsServer, startTracing } = await import('@strongroom/telemetry');
  const { startService } = await import('./start-service');
  const logger = createLogger({ service: name, level: config.logLevel, logFile: config.logFile, destination });
  const metrics = new Metrics({ service: name });
  return startService({ name, config, logger, metrics }, async (shell) => {
    // Starts before anything connects, and stops last, so that everything is traced.
    shell.own('tracing', await startTracing(name, config.tracing, logger));
    // Early, so that it reports the start and the stop as well.
    const listen = config.metricsListen;
    shell.own('metrics', await startMetricsServer({ metrics, listen, isHealthy: () => shell.isHealthy }));
    const started = await start(shell);
    logger.info('serving', { port: started.port });
    return started;
  });
}
