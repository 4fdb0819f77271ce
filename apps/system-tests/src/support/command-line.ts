import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface CommandLineResult {
  code: number | null;
  out: string;
  err: string;
}

export interface CommandLineOptions {
  stdin?: string | Buffer;
  /** The whole environment, beside PATH and HOME. */
  env?: Readonly<Record<string, string>>;
  /** Default: the built command line. */
  program?: readonly [command: string, ...args: string[]];
  cwd?: string;
}

export const builtProgram = resolve('dist/apps/cli/main.js');

/** Runs the built command line as a process of its own. */
export const strongroom = async (
  args: readonly string[],
  { stdin = '', env = {}, program = [process.execPath, builtProgram], cwd }: CommandLineOptions = {},
): Promise<CommandLineResult> => {
  const [command, ...first] = program;
  const child = spawn(command, [...first, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  // A command that reads nothing ends before it was written to.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done({ code, ...printed }));
  });
};
