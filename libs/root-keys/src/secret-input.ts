import { forget } from '@strongroom/envelope';

/** The part of standard input that is needed. */
export interface SecretSource extends AsyncIterable<Buffer> {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
  /** What has not been read keeps the process from ending. */
  destroy?(): unknown;
}

/** Bytes of a line; more is no passphrase, and no share. */
const MAX_LINE = 1_024;

const ENTER = new Set([10, 13]);
const END_OF_TRANSMISSION = 4;
const INTERRUPT = 3;
const BACKSPACE = new Set([8, 127]);

/** Reads secrets from standard input, a line each. A terminal does not show them; a pipe may bring several. */
export class SecretInput {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest = Buffer.alloc(0);
  private hasEnded = false;

  constructor(
    private readonly source: SecretSource,
    private readonly prompts: { write(text: string): unknown },
  ) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /**
   * One line, which the caller must erase; undefined at the end of the input.
   * @throws Error for a line that is too long, and for Control-C
   */
  async line(prompt: string): Promise<Buffer | undefined> {
    const isTerminal = this.source.isTTY === true;
    if (isTerminal) {
      this.prompts.write(`${prompt}: `);
      this.source.setRawMode?.(true);
    }
    try {
      return await this.read(isTerminal);
    } finally {
      if (isTerminal) {
        this.source.setRawMode?.(false);
        this.prompts.write('\n');
      }
    }
  }

  private async read(isTerminal: boolean): Promise<Buffer | undefined> {
    const line = Buffer.alloc(MAX_LINE);
    let length = 0;
    const taken = (): Buffer => {
      const result = Buffer.from(line.subarray(0, length));
      forget(line);
      return result;
    };
    for (;;) {
      for (let i = 0; i < this.rest.length; i++) {
        const byte = this.rest[i]!;
        if (ENTER.has(byte)) {
          // A line may end with both.
          const both = byte === 13 && this.rest[i + 1] === 10 ? 2 : 1;
          this.keep(i + both);
          return taken();
        }
        if (isTerminal && byte === INTERRUPT) throw new Error('interrupted');
        if (isTerminal && byte === END_OF_TRANSMISSION) this.hasEnded = true;
        else if (isTerminal && BACKSPACE.has(byte)) length = Math.max(0, length - 1);
        else if (length === MAX_LINE) throw new Error(`a line has at most ${MAX_LINE} bytes`);
        else line[length++] = byte;
      }
      this.keep(this.rest.length);
      const next = this.hasEnded ? undefined : await this.chunks.next();
      if (!next || next.done === true) {
        this.hasEnded = true;
        return length > 0 ? taken() : undefined;
      }
      this.rest = Buffer.from(next.value);
      forget(next.value);
    }
  }

  private keep(from: number): void {
    const kept = Buffer.from(this.rest.subarray(from));
    forget(this.rest);
    this.rest = kept;
  }
}
