import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { startKeyservice } from './server';

void runService({
  name: 'crypto-keyservice',
  readConfig,
  start: startKeyservice,
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations) },
});
