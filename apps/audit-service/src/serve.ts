import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';
import { retain } from './retain';
import { startAuditService } from './server';

export const serve = (): Promise<void> =>
  runService({
    name: 'audit-service',
    readConfig,
    start: startAuditService,
    tasks: { migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations), retain },
  });
