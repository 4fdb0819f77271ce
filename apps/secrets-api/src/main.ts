import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { startSecretsApi } from './server';

void runService({
  name: 'secrets-api',
  readConfig,
  start: startSecretsApi,
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations) },
});
