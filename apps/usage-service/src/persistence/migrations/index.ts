import type { MigrationInterface } from 'typeorm';
import { CreateUsage1796060000000 } from './1796060000000-create-usage';

/** In the order in which they run; each is `<epoch-ms>-<what>.ts` beside this file. */
export const migrations: (new () => MigrationInterface)[] = [CreateUsage1796060000000];
