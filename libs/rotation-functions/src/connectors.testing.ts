import type { Clock } from '@strongroom/clock';
import { anywhere } from '@strongroom/egress/testing';
import { mongoDbConnector, type MongoDbConnector } from './mongodb/mongodb-session';
import * as mongo from './mongodb/mongodb-user.function';
import * as mongoAlternating from './mongodb/mongodb-alternating-users.function';
import * as mysql from './mysql/mysql.server';
import * as oauth2 from './oauth2/oauth2-refresh-token.function';
import * as postgres from './postgres/postgres.server';
import * as rabbit from './rabbitmq/rabbitmq-user.function';
import * as redis from './redis/redis-acl-user.function';
import * as redshift from './redshift/redshift.server';
import * as redisAlternating from './redis/redis-alternating-users.function';
import { redisConnector, type RedisConnector } from './redis/redis-session';
import { targetHttp, type TargetHttp } from '@strongroom/egress';
import * as ssh from './ssh-key/ssh-key.function';
import { sshConnector, type SshConnector } from './ssh-key/ssh-session';

// For tests: sessions that go anywhere, and the functions over them.

export const mysqlServer = mysql.mysqlServer(anywhere);
export const postgresServer = postgres.postgresServer(anywhere);
export const redshiftServer = redshift.redshiftServer(anywhere);
export const withRedis = redisConnector(anywhere);
export const withSsh = sshConnector(anywhere);
export const withMongoDb = mongoDbConnector(anywhere);
export const sendToTarget = targetHttp(anywhere);

export const redisAclUser = (connect: RedisConnector = withRedis) => redis.redisAclUser(connect);
export const redisAlternatingUsers = (connect: RedisConnector = withRedis) => redisAlternating.redisAlternatingUsers(connect);
export const sshKey = (connect: SshConnector = withSsh) => ssh.sshKey(connect);
export const mongoDbUser = (connect: MongoDbConnector = withMongoDb) => mongo.mongoDbUser(connect);
export const mongoDbAlternatingUsers = (connect: MongoDbConnector = withMongoDb) =>
  mongoAlternating.mongoDbAlternatingUsers(connect);
export const rabbitMqUser = (http: TargetHttp = sendToTarget) => rabbit.rabbitMqUser(http);
export const rabbitMqAlternatingUsers = (http: TargetHttp = sendToTarget) => rabbit.rabbitMqAlternatingUsers(http);
export const oauth2RefreshToken = (http: TargetHttp = sendToTarget, clock?: Clock) => oauth2.oauth2RefreshToken(http, clock);
