import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { rootKeyTask } from '@strongroom/root-keys';
import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { sealedTables } from './persistence/sealed-tables';

void runService({
  name: 'crypto-keyservice',
  readConfig,
  start: async (shell) => (await import('./server')).startKeyservice(shell),
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations), 'root-key': rootKeyTask(sealedTables) },
});
