import type { MigrationInterface } from 'typeorm';
import { CreateUsage1796060000000 } from './1796060000000-create-usage';
import { AddTags1796600000000 } from './1796600000000-add-tags';

/** In the order in which they run; each is `<epoch-ms>-<what>.ts` beside this file. */
export const migrations: (new () => MigrationInterface)[] = [CreateUsage1796060000000, AddTags1796600000000];
