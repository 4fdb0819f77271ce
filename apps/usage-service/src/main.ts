import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { startUsage } from './server';

void runService({
  name: 'usage-service',
  readConfig,
  start: startUsage,
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations) },
});
