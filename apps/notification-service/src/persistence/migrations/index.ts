import type { MigrationInterface } from 'typeorm';
import { CreateOutbox1796030000000 } from './1796030000000-create-outbox';

/** In the order in which they run; each is `<epoch-ms>-<what>.ts` beside this file. */
export const migrations: (new () => MigrationInterface)[] = [
  CreateOutbox1796030000000,
  //
];
