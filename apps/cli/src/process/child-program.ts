import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';
import { withUsualCoreFiles } from './core-file';
import { findSetpriv, requireProgram } from './find-program';

/** How a program ended: with a code, or by a signal. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ProgramOptions {
  command: string;
  args: readonly string[];
  /** All that it gets. */
  env: Record<string, string>;
}

/**
 * A program that has this one's standard streams, terminal and process group, as if a shell had started it. Values go into its
 * environment and nowhere else.
 */
export class ChildProgram {
  private end: Ended | undefined;
  readonly ended: Promise<Ended>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve((this.end = { code, signal })));
    });
  }

  /** @throws CliError with 126 or 127 if it cannot be started */
  static async start({ command, args, env }: ProgramOptions): Promise<ChildProgram> {
    requireProgram(command, env['PATH']);
    // It must not go on alone if this process is killed.
    const setpriv = findSetpriv();
    const [file, ...rest] = setpriv ? [setpriv, '--pdeathsig', 'TERM', '--', command, ...args] : [command, ...args];
    try {
      const child = withUsualCoreFiles(() => spawn(file, rest, { env, stdio: 'inherit' }));
      const program = new ChildProgram(child);
      await once(child, 'spawn');
      return program;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const reason = code === 'E2BIG' ? 'its arguments and environment are larger than the system allows' : code;
      throw new CliError(`${command} cannot be started: ${reason}`, { exitCode: EXIT.notExecutable });
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  get hasEnded(): boolean {
    return this.end !== undefined;
  }

  send(signal: NodeJS.Signals): void {
    if (!this.hasEnded) this.child.kill(signal);
  }

  /** Asks it to end, and makes it after so many milliseconds. */
  async stop(killAfterMs: number): Promise<Ended> {
    this.send('SIGTERM');
    // One that is stopped hears nothing until it goes on.
    this.send('SIGCONT');
    const timer = setTimeout(() => this.send('SIGKILL'), killAfterMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }
}
