import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Identifies a process, as opposed to a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own terms: comparable, not readable. */
  startTime: string;
}

const hasProc = existsSync('/proc/self/stat');

/** State and start time from a line of /proc/<pid>/stat; the command name before them may hold spaces and brackets. */
const parseStat = (line: string): { state: string; startTime: string } => {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, startTime: fields[19]! };
};

/** The identity of a running process; undefined if there is none, or only its unreaped remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    if (hasProc) {
      const { state, startTime } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      return state === 'Z' || state === 'X' ? undefined : { pid, startTime };
    }
    const startTime = execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { pid, startTime: startTime.trim() };
  } catch {
    return undefined;
  }
}

export function isRunning(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Whether every thread of a process has stopped, which takes a moment after SIGSTOP. True where the system does not tell. */
export function isSuspended(pid: number): boolean {
  if (!hasProc) return true;
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).every((thread) => parseStat(readFileSync(`${threads}/${thread}/stat`, 'utf8')).state === 'T');
}

/**
 * Shell text that writes the shell's own identity to the file named by $1. The shell then becomes the process
 * (`exec` keeps number and start time), so no process runs unrecorded even when its starter is killed meanwhile.
 */
export const recordOwnIdentity = `{ echo $$; ${hasProc ? 'cat /proc/$$/stat' : 'ps -o lstart= -p $$'}; } > "$1.new" && mv "$1.new" "$1"`;

/** Reads what `recordOwnIdentity` wrote; undefined when the file is absent. */
export function readIdentity(file: string): ProcessIdentity | undefined {
  if (!existsSync(file)) return undefined;
  const [pid, line] = readFileSync(file, 'utf8').split('\n');
  if (!pid || !line) return undefined;
  return { pid: Number(pid), startTime: hasProc ? parseStat(line).startTime : line.trim() };
}
