import { REDSHIFT_ENGINES } from '../required-fields';
import type { SqlDialect } from '../shared/sql-dialect';
import { RedshiftClone } from './redshift-clone';
import { changeOwnPassword } from './redshift-password';

export const redshiftDialect: SqlDialect = {
  title: 'Amazon Redshift',
  engines: REDSHIFT_ENGINES,
  scheme: 'redshift',
  standardPort: 5439,
  standardDatabase: 'dev',
  longestUserName: () => 127,
  sizeOfUserName: (name) => Buffer.byteLength(name),
  changeOwnPassword: (connection, { to }) => changeOwnPassword(connection, to),
  prepareAlternate: (connection, user) => RedshiftClone.prepare(connection, user),
};
