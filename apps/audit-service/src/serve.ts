import { migrationDatabaseConfig } from '@strongroom/config';
import { migrateSchema } from '@strongroom/database';
import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { migrations } from './persistence/migrations';

export const serve = (): Promise<void> =>
  runService({
    name: 'audit-service',
    readConfig,
    start: async (shell) => (await import('./server')).startAuditService(shell),
    tasks: {
      migrate: (env) => migrateSchema(migrationDatabaseConfig(env), migrations),
      retain: async (env, args) => (await import('./retain')).retain(env, args),
    },
  });
