import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { startNotification } from './server';

void runService({
  name: 'notification-service',
  readConfig,
  start: startNotification,
  tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations) },
});
