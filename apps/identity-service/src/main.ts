import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { rootKeyTask } from '@strongroom/root-keys';
import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { sealedTables } from './persistence/sealed-tables';

void runService({
  name: 'identity-service',
  readConfig,
  start: async (shell) => (await import('./server')).startIdentityService(shell),
  tasks: {
    migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations),
    bootstrap: async (env) => (await import('./bootstrap')).bootstrap(env),
    'root-key': rootKeyTask(sealedTables),
  },
});
