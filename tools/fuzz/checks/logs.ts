import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Finding, generalise } from './finding';

/** A rotation that fails against a server that lies is no fault of ours. */
const EXPECTED = new Set(['a job has failed']);

interface Log {
  program: string;
  file: string;
  /** Up to here, always the beginning of a line, it has been read. Bytes. */
  offset: number;
}

/**
 * Reads what programs add to their logs and finds what they say of defects alone, also where no caller heard of it. A program sets its log aside as
 * `<file>.1` when it has grown to its bound: looks must come more often than that happens.
 */
export class LogWatch {
  private readonly logs: Log[];

  /** @param files by program; what they hold now was said before the run */
  constructor(files: ReadonlyMap<string, string>) {
    this.logs = [...files].map(([program, file]) => ({ program, file, offset: sizeOf(file) }));
  }

  /** What was said since the last look. @param near an index at which the run is */
  look(near?: number): Finding[] {
    return this.logs.flatMap((log) =>
      checkLines(log.program, linesSince(log)).map((finding) => (near === undefined ? finding : { ...finding, index: near })),
    );
  }
}

function linesSince(log: Log): string[] {
  const wasSetAside = sizeOf(log.file) < log.offset;
  const older = wasSetAside ? linesFrom(`${log.file}.1`, log.offset).lines : [];
  const { lines, end } = linesFrom(log.file, wasSetAside ? 0 : log.offset);
  log.offset = end;
  return [...older, ...lines];
}

/** The whole lines from `offset`, and where they end; a line that is still being written comes with a later look. */
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

interface Line {
  level?: string;
  message?: string;
  method?: string;
  error?: { name?: string; message?: string };
}

export function checkLines(program: string, lines: readonly string[]): Finding[] {
  return lines.flatMap((line): Finding[] => {
    if (!line.includes('"level":"error"')) return [];
    let said: Line;
    try {
      said = JSON.parse(line) as Line;
    } catch {
      return [];
    }
    const { level, message = '', method = '', error = {} } = said;
    if (level !== 'error' || EXPECTED.has(message)) return [];
    const seen = [message, method, error.name ?? '', error.message ?? ''].filter((part) => part !== '').join(' · ');
    return [{ check: 'an error in the log', target: program, seen: generalise(seen) }];
  });
}
