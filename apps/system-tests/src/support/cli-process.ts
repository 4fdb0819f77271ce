import { type ChildProcess, spawn } from 'node:child_process';
import { eventually } from '@strongroom/testing';
import { builtProgram } from './command-line';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program at work, whose output is read as it comes. */
export class Dialogue {
  private static readonly all: Dialogue[] = [];
  out = '';
  err = '';
  readonly ended: Promise<Ended>;

  constructor(readonly child: ChildProcess) {
    Dialogue.all.push(this);
    child.stdout!.on('data', (text: Buffer) => (this.out += text.toString()));
    child.stderr!.on('data', (text: Buffer) => (this.err += text.toString()));
    this.ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
  }

  /** `strongroom` with these arguments; its standard input is a pipe. */
  static strongroom(args: readonly string[], env: NodeJS.ProcessEnv): Dialogue {
    return new Dialogue(spawn(process.execPath, [builtProgram, ...args], { env, stdio: 'pipe' }));
  }

  /** Ends those that a test which failed has left. */
  static endAll(): void {
    for (const { child } of Dialogue.all.splice(0)) child.kill('SIGKILL');
  }

  get pid(): number {
    return this.child.pid!;
  }

  type(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Resolves when it has printed this, with the match. */
  async prints(what: RegExp, stream: 'out' | 'err' = 'out'): Promise<RegExpMatchArray> {
    try {
      return await eventually(`prints ${what}`, () => what.exec(this[stream]) ?? undefined, 20_000);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nout: ${this.out}\nerr: ${this.err}`, { cause: error });
    }
  }
}
