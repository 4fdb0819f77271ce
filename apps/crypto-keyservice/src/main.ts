import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { rootKeyTask } from '@strongroom/root-keys';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { sealedTables } from './persistence/sealed-tables';
import { startKeyservice } from './server';

void runService({
  name: 'crypto-keyservice',
  readConfig,
  start: startKeyservice,
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations), 'root-key': rootKeyTask(sealedTables) },
});
