import type { MigrationInterface } from 'typeorm';
import { CreateOutbox1796030000000 } from './1796030000000-create-outbox';
import { CreateRules1796030100000 } from './1796030100000-create-rules';
import { CreateAlarms1796050000000 } from './1796050000000-create-alarms';
import { CreateTopics1796040000000 } from './1796040000000-create-topics';
import { CreateAccountTurns1796070000000 } from './1796070000000-create-account-turns';
import { CountDeliveries1796080000000 } from './1796080000000-count-deliveries';
import { SeveralWriters1796500000000 } from './1796500000000-several-writers';

/** In the order in which they run; each is `<epoch-ms>-<what>.ts` beside this file. */
export const migrations: (new () => MigrationInterface)[] = [
  CreateOutbox1796030000000,
  CreateRules1796030100000,
  CreateAlarms1796050000000,
  CreateTopics1796040000000,
  CreateAccountTurns1796070000000,
  CountDeliveries1796080000000,
  SeveralWriters1796500000000,
  //
];
