import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { startRotationWorker } from './server';

void runService({
  name: 'rotation-worker',
  readConfig,
  start: startRotationWorker,
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations) },
});
