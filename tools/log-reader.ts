import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Continues to read the log of a program from where it last ended. A program sets its log aside as `<file>.1` when the log has
 * reached its limit, so reads must be more frequent than that.
 */
export class LogReader {
  /** Up to here, always the beginning of a line, it has been read. Bytes. */
  private offset: number;

  constructor(private readonly file: string) {
    this.offset = sizeOf(file);
  }

  /** The lines that were added since. One that is still being written comes with a later read. */
  read(): string[] {
    const wasSetAside = sizeOf(this.file) < this.offset;
    const older = wasSetAside ? linesFrom(`${this.file}.1`, this.offset).lines : [];
    const { lines, end } = linesFrom(this.file, wasSetAside ? 0 : this.offset);
    this.offset = end;
    return [...older, ...lines];
  }
}

/** The whole lines from `offset`, and where they end. */
function linesFrom(file: string, offset: number): { lines: string[]; end: number } {
  const bytes = withFile(file, (descriptor) => {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offset));
  });
  const whole = bytes?.subarray(0, bytes.lastIndexOf('\n') + 1) ?? Buffer.alloc(0);
  return { lines: whole.toString().split('\n').slice(0, -1), end: offset + whole.length };
}

const sizeOf = (file: string): number => withFile(file, (descriptor) => fstatSync(descriptor).size) ?? 0;

/** Undefined where there is no such file. */
function withFile<Result>(file: string, read: (descriptor: number) => Result): Result | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return read(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
