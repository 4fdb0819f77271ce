import { pollUntil } from '@strongroom/clock';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { boundLog } from '@strongroom/telemetry';
import { identify, isRunning, isSuspended, type ProcessIdentity, readIdentity, recordOwnIdentity } from './process-identity';

export interface BackgroundProcessOptions {
  /** Its name in messages, such as `secrets-api`. */
  name: string;
  command: string;
  /** Anyone on the machine can read these: never a secret. */
  args: string[];
  /** The whole environment of the process; nothing is inherited. */
  env: Record<string, string>;
  /** Holds the identity of the process while it runs. */
  pidFile: string;
  /** The file for output and errors. If it has reached its size, it is rotated at the start. */
  logFile: string;
  workingDirectory?: string;
}

/**
 * A process that outlives its starter: its pid file finds it again, and its start time distinguishes it from another process with
 * the same number.
 */
export class BackgroundProcess {
  private readonly options: BackgroundProcessOptions;
  /** The exit code or signal of the process that this object started. */
  private exit?: Promise<number | NodeJS.Signals | null>;
  private child?: ChildProcess;

  constructor(options: BackgroundProcessOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.name;
  }

  /** What is run, and how. */
  get program(): Pick<BackgroundProcessOptions, 'command' | 'args' | 'env'> {
    return this.options;
  }

  /** The number of the running process; undefined when it does not run. */
  get pid(): number | undefined {
    const recorded = readIdentity(this.options.pidFile);
    return recorded && isRunning(recorded) ? recorded.pid : undefined;
  }

  get logFile(): string {
    return this.options.logFile;
  }

  /** Starts the process; first ends what an earlier start left running under the same pid file. */
  async start(): Promise<void> {
    const { command, args, env, pidFile, logFile, workingDirectory } = this.options;
    await stopRecorded(pidFile);
    mkdirSync(dirname(pidFile), { recursive: true });
    mkdirSync(dirname(logFile), { recursive: true });
    boundLog(logFile);
    const log = openSync(logFile, 'a', 0o600);
    try {
      // A core file would hold keys and plaintext: none is written, whatever the system's default.
      const script = `ulimit -c 0; ${recordOwnIdentity}; shift; exec "$@"`;
      const child = spawn('/bin/sh', ['-c', script, 'sh', pidFile, command, ...args], {
        detached: true,
        stdio: ['ignore', log, log],
        env,
        cwd: workingDirectory,
      });
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
      this.child = child;
      child.unref();
      // The shell writes its record in its first instant.
      await pollUntil(() => readIdentity(pidFile)?.pid === child.pid || !identify(child.pid!), 5_000, 5);
    } finally {
      closeSync(log);
    }
  }

  /**
   * Starts the process and waits for its end. @throws Error with its last log lines when it fails or takes longer than
   * `milliseconds`
   */
  async run(milliseconds: number): Promise<void> {
    await this.start();
    if (!(await this.waitForExit(milliseconds))) {
      await this.stop();
      throw new Error(`${this.name} took longer than ${milliseconds / 1000} s${this.lastLogLines()}`);
    }
    // The process has ended, but its exit event has not arrived: without this, nothing would keep us alive until then, and we
    // would end with 0.
    this.child?.ref();
    const code = await this.exit;
    if (code !== 0) throw new Error(`${this.name} ended with ${code}${this.lastLogLines()}`);
  }

  signal(signal: NodeJS.Signals): void {
    const pid = this.pid;
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** Stops the process until SIGCONT. Resolves when it does nothing any more. */
  async suspend(): Promise<void> {
    this.signal('SIGSTOP');
    await pollUntil(() => this.pid === undefined || isSuspended(this.pid), 5_000, 5);
  }

  /** Resolves when the process has ended; false if it still runs after `milliseconds`. */
  async waitForExit(milliseconds: number): Promise<boolean> {
    return (await pollUntil(() => this.pid === undefined, milliseconds)) === true;
  }

  /** Asks the process to end, waits `graceMilliseconds`, then kills it. Does nothing if it does not run. */
  stop(graceMilliseconds = 15_000): Promise<void> {
    return stopRecorded(this.options.pidFile, graceMilliseconds);
  }

  /** Waits until `probe` succeeds. @throws Error with the last log lines if the process ends first or the time is over */
  async waitUntil(what: string, probe: () => Promise<boolean>, milliseconds: number): Promise<void> {
    const look = () => {
      if (this.pid === undefined) throw new Error(`${this.name} ended before it was ${what}${this.lastLogLines()}`);
      return probe();
    };
    if (await pollUntil(look, milliseconds, 100)) return;
    throw new Error(`${this.name} was not ${what} within ${milliseconds / 1000} s${this.lastLogLines()}`);
  }

  private lastLogLines(count = 15): string {
    const { logFile } = this.options;
    const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count) : [];
    return `; the end of ${logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  }
}

/**
 * Ends the process that a pid file names, if it is still the same one. The file stays: it does no harm, and removing it could
 * delete the record of a process that started at this moment.
 */
export async function stopRecorded(pidFile: string, graceMilliseconds = 15_000): Promise<void> {
  const recorded = readIdentity(pidFile);
  if (recorded && isRunning(recorded)) await endProcess(recorded, graceMilliseconds);
}

/** Asks a running process to end, waits `graceMilliseconds`, then kills it. Resolves when it has ended. */
export async function endProcess(identity: ProcessIdentity, graceMilliseconds: number): Promise<void> {
  process.kill(identity.pid, 'SIGTERM');
  if (await pollUntil(() => !isRunning(identity), graceMilliseconds)) return;
  if (isRunning(identity)) process.kill(identity.pid, 'SIGKILL');
  await pollUntil(() => !isRunning(identity), Infinity);
}
