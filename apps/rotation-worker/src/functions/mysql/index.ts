import type { BuiltInFunction } from '../../domain/built-in-function.port';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { SingleUserFunction } from '../shared/single-user.function';
import { mysqlDialect } from './mysql.dialect';
import { mysqlServer } from './mysql.server';

/** The same two functions under the names of both servers: which one it is, the server says itself. */
export const mysqlFunctions: readonly BuiltInFunction[] = ['mysql', 'mariadb'].flatMap((engine) => [
  new SingleUserFunction(`strongroom-${engine}-single-user`, mysqlDialect, mysqlServer),
  new AlternatingUsersFunction(`strongroom-${engine}-alternating-users`, mysqlDialect, mysqlServer),
]);
