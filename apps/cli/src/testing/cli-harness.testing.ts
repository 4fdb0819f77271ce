import { PassThrough, Writable } from 'node:stream';
import type { StrongroomClient } from '@strongroom/client';
import type { Environment } from '@strongroom/config';
import { runCli } from '../run-cli';
import type { Terminal } from '../terminal/terminal';

type Stream = 'stdin' | 'stdout' | 'stderr';

export interface TerminalOptions {
  /** What a pipe brings on standard input; default: a pipe that ends at once. */
  stdin?: string | Uint8Array;
  /** Which streams are a terminal: all, or these; default: none. */
  tty?: boolean | readonly Stream[];
  /** What is typed, each after its question (a part of its text) has been shown. Makes standard input a terminal. */
  answers?: readonly (readonly [question: string, answer: string])[];
  /** The whole environment; default: empty. */
  env?: Environment;
  /** The width of the terminal; default 100. */
  columns?: number;
}

/** A terminal of streams: what is typed comes from the test, what is printed is kept. */
export class TestTerminal implements Terminal {
  readonly stdin: Terminal['stdin'];
  readonly stdout: Terminal['stdout'];
  readonly stderr: Terminal['stderr'];
  readonly env: Environment;
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly printed: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };

  constructor({ stdin = '', tty = false, answers, env = {}, columns = 100 }: TerminalOptions = {}) {
    const isTerminal = (stream: Stream) => (typeof tty === 'boolean' ? tty : tty.includes(stream));
    const keyboard = new PassThrough();
    this.stdin = Object.assign(keyboard, { isTTY: answers !== undefined || isTerminal('stdin') });
    if (!this.stdin.isTTY) keyboard.end(stdin);
    const shown = answersOf(answers ?? [], (answer) => keyboard.write(`${answer}\r`));
    const output = (stream: 'stdout' | 'stderr') =>
      Object.assign(
        new Writable({
          write: (chunk: Buffer, _encoding, done) => {
            this.printed[stream].push(chunk);
            shown(chunk.toString());
            done();
          },
        }),
        // Like those of the process, they stay open when one who wrote to them is done.
        { isTTY: isTerminal(stream), columns, end: () => this[stream] },
      );
    this.stdout = output('stdout');
    this.stderr = output('stderr');
    this.env = env;
    this.signal = this.controller.signal;
  }

  /** What Ctrl-C does. */
  interrupt(): void {
    this.controller.abort('SIGINT');
  }

  withoutInterrupts<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.printed.stdout);
  }

  get out(): string {
    return this.bytes.toString();
  }

  get err(): string {
    return Buffer.concat(this.printed.stderr).toString();
  }
}

/** Types each answer once its question is on the screen. */
const answersOf = (answers: NonNullable<TerminalOptions['answers']>, type: (answer: string) => void) => {
  const open = [...answers];
  let screen = '';
  return (text: string) => {
    screen += text;
    const [next] = open;
    if (next === undefined || !screen.includes(next[0])) return;
    open.shift();
    screen = '';
    // The one who asks begins to read after it has shown the question.
    setImmediate(() => type(next[1]));
  };
};

export interface CliResult {
  code: number;
  out: string;
  err: string;
  /** Standard output as it is, for what is not text. */
  bytes: Buffer;
}

/**
 * Runs a command line, without the name of the program, in this process.
 *
 * @param strongroom is called in place of the cluster that the options and the environment name
 */
export const run = async (
  args: readonly string[],
  options: TerminalOptions | TestTerminal = {},
  strongroom?: StrongroomClient,
): Promise<CliResult> => {
  // The bundler puts the version in; here nobody does.
  Object.assign(globalThis, { __STRONGROOM_VERSION__: '0.0.0-test' });
  const terminal = options instanceof TestTerminal ? options : new TestTerminal(options);
  const code = await runCli(args, terminal, strongroom && (async () => strongroom));
  return { code, out: terminal.out, err: terminal.err, bytes: terminal.bytes };
};
