import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';

void runService({
  name: 'secrets-api',
  readConfig,
  start: async (shell) => (await import('./server')).startSecretsApi(shell),
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations) },
});
