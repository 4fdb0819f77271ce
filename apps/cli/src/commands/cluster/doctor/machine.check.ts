import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { type Finding, ok, problem, unknown, warning } from './finding';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

const sizeText = (bytes: number): string => (bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${Math.round(bytes / MIB)} MiB`);

export const judgeDisk = (subject: string, free: number, whole: number): Finding => {
  const finding = `${sizeText(free)} of ${sizeText(whole)} are free.`;
  const remedy = 'Make room: if the disk is full, no event can be recorded, and so no call is served.';
  if (free < 256 * MIB) return problem(subject, finding, remedy);
  return free < 2 * GIB || free < whole / 20 ? warning(subject, finding, remedy) : ok(subject, finding);
};

export const checkDisk = async (folder: string): Promise<Finding[]> => {
  const { bavail, blocks, bsize, ffree, files } = await statfs(folder);
  const subject = `disk of ${folder}`;
  const inodes =
    files > 0 && ffree < 10_000
      ? [warning(subject, `Only ${ffree} more files fit on it.`, 'Remove files that nobody needs.')]
      : [];
  return [judgeDisk(subject, bavail * bsize, blocks * bsize), ...inodes];
};

/** `available`: what programs can still get, in bytes. */
export const judgeMemory = (available: number): Finding => {
  const finding = `${sizeText(available)} of memory are available.`;
  const remedy = 'End other programs, or give the machine more memory: a cluster needs about 1 GiB.';
  if (available < 128 * MIB) return problem('memory', finding, remedy);
  return available < 512 * MIB ? warning('memory', finding, remedy) : ok('memory', finding);
};

export const checkMemory = (): Finding[] => {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readIfThere('/proc/meminfo') ?? '')?.[1];
  return kilobytes === undefined
    ? [unknown('memory', 'This system does not say how much is available.')]
    : [judgeMemory(Number(kilobytes) * 1024)];
};

/** A core file holds what a process has in memory: values, data keys, tokens. */
export const judgeCoreLimit = (subject: string, limits: string): Finding => {
  const soft = /^Max core file size\s+(\S+)/m.exec(limits)?.[1];
  if (soft === undefined) return unknown(subject, 'Its limit of core files is not known.');
  if (soft === '0') return ok(subject, 'It leaves no core file.');
  return warning(subject, 'If it crashes, a core file may keep secrets on the disk.', 'Run `ulimit -c 0` before you start it.');
};

export const checkOwnCoreLimit = (): Finding[] => {
  const limits = readIfThere('/proc/self/limits');
  return limits === undefined ? [] : [judgeCoreLimit('this shell', limits)];
};

export const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
