import type { BuiltInFunction } from './shared/built-in-function.port';
import type { TargetNetwork } from '@strongroom/egress';
import { mongoDbAlternatingUsers } from './mongodb/mongodb-alternating-users.function';
import { mongoDbConnector } from './mongodb/mongodb-session';
import { mongoDbUser } from './mongodb/mongodb-user.function';
import { mysqlFunctions } from './mysql';
import { oauth2RefreshToken } from './oauth2/oauth2-refresh-token.function';
import { passwordFunction } from './password/password.function';
import { postgresFunctions } from './postgres';
import { rabbitMqAlternatingUsers, rabbitMqUser } from './rabbitmq/rabbitmq-user.function';
import { redshiftFunctions } from './redshift';
import { redisAclUser } from './redis/redis-acl-user.function';
import { redisAlternatingUsers } from './redis/redis-alternating-users.function';
import { redisConnector } from './redis/redis-session';
import { targetHttp } from '@strongroom/egress';
import { sshKey } from './ssh-key/ssh-key.function';
import { sshConnector } from './ssh-key/ssh-session';

/** The rotation functions that come with Strongroom, by kind of server. */
export const builtInFunctions = (network: TargetNetwork): readonly BuiltInFunction[] => [
  passwordFunction,
  ...mysqlFunctions(network),
  ...postgresFunctions(network),
  ...redshiftFunctions(network),
  redisAclUser(redisConnector(network)),
  redisAlternatingUsers(redisConnector(network)),
  sshKey(sshConnector(network)),
  rabbitMqUser(targetHttp(network)),
  rabbitMqAlternatingUsers(targetHttp(network)),
  oauth2RefreshToken(targetHttp(network)),
  mongoDbUser(mongoDbConnector(network)),
  mongoDbAlternatingUsers(mongoDbConnector(network)),
];
