import { readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';

const CHUNK = 8 * 2 ** 20;

/** Whether this process may read the memory of one that it did not start itself: as root, or where the kernel is not strict. */
export function mayReadMemory(): boolean {
  if (process.getuid?.() === 0) return true;
  try {
    return readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'utf8').trim() === '0';
  } catch {
    return process.platform === 'linux';
  }
}

/**
 * How often each of the needles is in the memory of a process that it can write: heap, buffers, stacks. Only on Linux, and of a
 * process that the caller may trace.
 *
 * @param needles shorter than a mebibyte
 * @throws Error EACCES, ESRCH
 */
export async function countInMemory(pid: number, needles: readonly Buffer[]): Promise<number[]> {
  const counts = needles.map(() => 0);
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK + overlap);
    for (const [start, end] of await writableRanges(pid)) {
      for (let from = start; from < end; from += CHUNK) {
        const wanted = Math.min(chunk.length, end - from);
        // The process may have given the pages back meanwhile.
        const { bytesRead } = await memory.read(chunk, 0, wanted, from).catch(() => ({ bytesRead: 0 }));
        const seen = chunk.subarray(0, bytesRead);
        for (const [index, needle] of needles.entries()) counts[index]! += countIn(seen, needle, CHUNK);
      }
    }
    return counts;
  } finally {
    await memory.close();
  }
}

/** How often it begins in the first `limit` bytes. */
function countIn(bytes: Buffer, needle: Buffer, limit: number): number {
  let count = 0;
  for (let at = bytes.indexOf(needle); at !== -1 && at < limit; at = bytes.indexOf(needle, at + 1)) count++;
  return count;
}

async function writableRanges(pid: number): Promise<[start: number, end: number][]> {
  const lines = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    return start && end ? [[Number.parseInt(start, 16), Number.parseInt(end, 16)] as [number, number]] : [];
  });
}
