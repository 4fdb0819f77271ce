import { statfsSync } from 'node:fs';

/** Linux's numbers for tmpfs and ramfs (statfs(2)). */
const IN_MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);

/** Whether what is written into the folder stays in memory. @throws Error of the system if there is no such folder */
export const isMemoryFolder = (path: string): boolean => IN_MEMORY.has(statfsSync(path).type);
