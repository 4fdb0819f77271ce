import { chmodSync, copyFileSync, fstatSync, renameSync, statSync, truncateSync } from 'node:fs';
import pino from 'pino';

export interface LogBounds {
  /** The size at which a log is rotated, bytes. Its last line may exceed it. */
  maxBytes: number;
  /** The number of files in all: the log, and older ones with .1, .2 and so on. */
  files: number;
}

export const LOG_BOUNDS: LogBounds = { maxBytes: 10 << 20, files: 3 };

/**
 * Rotates a log that has reached its size. It is copied and truncated, not moved, because processes that have it open for
 * appending continue to write into the empty file. What another process writes in between is lost, so a program limits its own
 * log where it can. If a log cannot be rotated, for example on a full disk, it stays as it is: a log must not fail anything.
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
 * Writes lines to `descriptor`, and limits the size of `file` if `descriptor` appends to it. If rotating fails, it is tried again
 * after the same number of bytes.
 */
export function boundedLog(
  file: string,
  descriptor: number = process.stdout.fd,
  bounds = LOG_BOUNDS,
): { write(line: string): void } {
  const output = pino.destination(descriptor);
  if (!isSame(file, descriptor)) return output;
  let size = fstatSync(descriptor).size;
  // Runs between two writes, so no line of ours is being written while the file is truncated.
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
