import { MYSQL_ENGINES } from '../required-fields';
import type { SqlDialect } from '../shared/sql-dialect';
import { MysqlClone, namingTheSuperuser } from './mysql-clone';
import { changeOwnPassword } from './mysql-password';

export const mysqlDialect: SqlDialect = {
  title: 'MySQL or MariaDB',
  engines: MYSQL_ENGINES,
  scheme: 'mysql',
  standardPort: 3306,
  longestUserName: (engine) => (engine === 'mariadb' ? 128 : 32),
  sizeOfUserName: (name) => [...name].length,
  changeOwnPassword,
  prepareAlternate: (connection, user) => namingTheSuperuser(MysqlClone.prepare(connection, user)),
};
