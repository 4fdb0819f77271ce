import type { BuiltInFunction } from '../shared/built-in-function.port';
import type { TargetNetwork } from '@strongroom/egress';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { SingleUserFunction } from '../shared/single-user.function';
import { postgresDialect } from './postgres.dialect';
import { postgresServer } from './postgres.server';

export const postgresFunctions = (network: TargetNetwork): readonly BuiltInFunction[] => [
  new SingleUserFunction('strongroom-postgres-single-user', postgresDialect, postgresServer(network)),
  new AlternatingUsersFunction('strongroom-postgres-alternating-users', postgresDialect, postgresServer(network)),
];
