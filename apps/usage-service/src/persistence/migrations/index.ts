import type { MigrationInterface } from 'typeorm';

/** In the order in which they run; each is `<epoch-ms>-<what>.ts` beside this file. */
export const migrations: (new () => MigrationInterface)[] = [];
