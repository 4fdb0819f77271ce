import { readFileSync } from 'node:fs';

/** What Linux tells of a process. `state` is T while it is stopped. */
export interface ProcessState {
  state: string;
  processGroup: number;
  /** The process group that is in the foreground of its terminal; -1 without a terminal. */
  foregroundGroup: number;
}

/** Of a process of this machine; undefined if it is gone, or where there is no /proc. */
export const processState = (pid: number | 'self'): ProcessState | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses, and may have any character in it.
    const [state, , processGroup, , , foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: state!, processGroup: Number(processGroup), foregroundGroup: Number(foregroundGroup) };
  } catch {
    return undefined;
  }
};

/** Whether keys such as Ctrl-C send their signal to this process, and so to every other one of its group. */
export const isInForeground = (): boolean => {
  const own = processState('self');
  return own === undefined ? process.stdin.isTTY : own.processGroup === own.foregroundGroup;
};
