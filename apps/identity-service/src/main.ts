import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { rootKeyTask } from '@strongroom/root-keys';
import { runService } from '@strongroom/service';
import { bootstrap } from './bootstrap';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { sealedTables } from './persistence/sealed-tables';
import { startIdentityService } from './server';

void runService({
  name: 'identity-service',
  readConfig,
  start: startIdentityService,
  tasks: {
    migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations),
    bootstrap,
    'root-key': rootKeyTask(sealedTables),
  },
});
