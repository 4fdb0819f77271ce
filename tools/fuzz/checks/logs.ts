import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Finding, generalise } from './finding';

/** So much of a log is read at most, from its end. */
const MOST_BYTES = 64 << 20;

/** A rotation that fails against a server that lies is no fault of ours. */
const EXPECTED = new Set(['a job has failed']);

const sizeOf = (file: string): number => withFile(file, (descriptor) => fstatSync(descriptor).size) ?? 0;

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

/** Where the logs of programs end now, to see later what was added. */
export const markLogs = (files: ReadonlyMap<string, string>): ReadonlyMap<string, number> =>
  new Map([...files].map(([program, file]) => [program, sizeOf(file)]));

/** What programs said since then that they say of defects alone, also where no caller heard of it. */
export const checkLogs = (files: ReadonlyMap<string, string>, marks: ReadonlyMap<string, number>): Finding[] =>
  [...files].flatMap(([program, file]) => checkLines(program, textSince(file, marks.get(program) ?? 0).split('\n')));

function textSince(file: string, mark: number): string {
  const text = withFile(file, (descriptor) => {
    const { size } = fstatSync(descriptor);
    // A log that is shorter than it was has begun anew.
    const from = Math.max(size < mark ? 0 : mark, size - MOST_BYTES);
    const bytes = Buffer.alloc(size - from);
    readSync(descriptor, bytes, 0, bytes.length, from);
    return bytes.toString();
  });
  return text ?? '';
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
