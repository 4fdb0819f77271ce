import type { BuiltInFunction } from '../domain/built-in-function.port';
import { mongoDbUser } from './mongodb/mongodb-user.function';
import { mysqlFunctions } from './mysql';
import { oauth2RefreshToken } from './oauth2/oauth2-refresh-token.function';
import { passwordFunction } from './password/password.function';
import { postgresFunctions } from './postgres';
import { rabbitMqAlternatingUsers, rabbitMqUser } from './rabbitmq/rabbitmq-user.function';
import { redisAclUser } from './redis/redis-acl-user.function';
import { sshKey } from './ssh-key/ssh-key.function';

/** The rotation functions that come with Strongroom, by kind of server. */
export const builtInFunctions: readonly BuiltInFunction[] = [
  passwordFunction,
  ...mysqlFunctions,
  ...postgresFunctions,
  redisAclUser(),
  sshKey(),
  rabbitMqUser(),
  rabbitMqAlternatingUsers(),
  oauth2RefreshToken(),
  mongoDbUser(),
];
