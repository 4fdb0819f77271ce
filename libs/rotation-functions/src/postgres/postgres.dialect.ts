import { systemRandom } from '@strongroom/random';
import { POSTGRES_ENGINES } from '../required-fields';
import type { SqlDialect } from '../shared/sql-dialect';
import { PostgresClone } from './postgres-clone';
import { changeOwnPassword } from './postgres-password';

export const postgresDialect: SqlDialect = {
  title: 'PostgreSQL',
  engines: POSTGRES_ENGINES,
  scheme: 'postgres',
  standardPort: 5432,
  standardDatabase: 'postgres',
  longestUserName: () => 63,
  sizeOfUserName: (name) => Buffer.byteLength(name),
  changeOwnPassword: (connection, { to }) => changeOwnPassword(connection, to, systemRandom),
  prepareAlternate: (connection, user) => PostgresClone.prepare(connection, user, systemRandom),
};
