import type { BuiltInFunction } from '../shared/built-in-function.port';
import type { TargetNetwork } from '@strongroom/egress';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { SingleUserFunction } from '../shared/single-user.function';
import { mysqlDialect } from './mysql.dialect';
import { mysqlServer } from './mysql.server';

/** The same two functions under the names of both servers. The server itself says which one it is. */
export const mysqlFunctions = (network: TargetNetwork): readonly BuiltInFunction[] =>
  ['mysql', 'mariadb'].flatMap((engine) => [
    new SingleUserFunction(`strongroom-${engine}-single-user`, mysqlDialect, mysqlServer(network)),
    new AlternatingUsersFunction(`strongroom-${engine}-alternating-users`, mysqlDialect, mysqlServer(network)),
  ]);
