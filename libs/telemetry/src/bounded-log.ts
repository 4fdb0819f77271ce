import { chmodSync, copyFileSync, fstatSync, renameSync, statSync, truncateSync } from 'node:fs';
import pino from 'pino';

export interface LogBounds {
  /** A log that has as many is set aside. A last line may go past it. */
  maxBytes: number;
  /** Kept in all: the log, and older ones under its name with .1, .2 and so on. */
  files: number;
}

export const LOG_BOUNDS: LogBounds = { maxBytes: 10 << 20, files: 3 };

/**
 * Sets a log aside that has grown to its bound, and begins it anew. It is copied and cut, not moved: whoever has it open for appending writes on into
 * the empty file. What another process writes in between is lost, so that a program bounds its own log where it can. A log that cannot be set aside,
 * such as on a full disk, stays as it is: nothing fails for its log.
 */
export function boundLog(file: string, bounds: LogBounds = LOG_BOUNDS): void {
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= bounds.maxBytes) setAside(file, bounds.files);
  } catch {
    // Tried again later.
  }
}

function setAside(file: string, files: number): void {
  const copy = `${file}.new`;
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  for (let age = files - 2; age >= 1; age--) {
    if (statSync(`${file}.${age}`, { throwIfNoEntry: false })) renameSync(`${file}.${age}`, `${file}.${age + 1}`);
  }
  renameSync(copy, `${file}.1`);
  truncateSync(file);
}

/**
 * Writes lines to `descriptor`, and keeps `file` within its bounds where it is what the descriptor appends to. What could not be set aside is tried again
 * when as much again was written.
 */
export function boundedLog(
  file: string,
  descriptor: number = process.stdout.fd,
  bounds = LOG_BOUNDS,
): { write(line: string): void } {
  const output = pino.destination(descriptor);
  if (!isSame(file, descriptor)) return output;
  let size = fstatSync(descriptor).size;
  // Told between two writes: no line of ours is on its way while the file is cut.
  output.on('write', (bytes: number) => {
    size += bytes;
    if (size < bounds.maxBytes) return;
    size = 0;
    boundLog(file, bounds);
  });
  return output;
}

function isSame(file: string, descriptor: number): boolean {
  const [named, open] = [statSync(file, { throwIfNoEntry: false }), fstatSync(descriptor)];
  return named !== undefined && open.isFile() && named.dev === open.dev && named.ino === open.ino;
}
