import { accessDenied, invalidRequest } from '@strongroom/errors';
import { REDIS_ENGINES } from '../required-fields';
import type { BuiltInCall } from '../shared/built-in-function.port';
import { requireEngine } from '../shared/engine';
import { type LoginField, requireSame } from '../shared/same-server';
import type { SecretFields } from '../shared/secret-fields';
import { targetTls } from '../shared/target-tls';
import { RedisReplyError, type RedisConnector, type RedisSession, type RedisTarget } from './redis-session';

const PORT = 6379;

/** @throws InvalidRequestException for a field that is missing or breaks its rule */
export const targetOf = (fields: SecretFields): RedisTarget => {
  requireEngine(fields, REDIS_ENGINES);
  const host = fields.text('host');
  return { host, port: fields.port('port', PORT), tls: targetTls(fields, host), of: fields.of };
};

/** Such as `redis://cache.example:6379`. */
export const addressOf = (fields: SecretFields): string => `redis://${fields.text('host')}:${fields.port('port', PORT)}`;

/** Refuses a version, or a superuser's secret, of another server or user. */
export const requireSameServer = (fields: SecretFields, current: SecretFields, names: readonly LoginField[]): void =>
  requireSame(fields, current, names, PORT);

export const loginWith = (session: RedisSession, fields: SecretFields) =>
  session.login(fields.text('username'), fields.text('password'));

export const notAccepted = ({ of }: SecretFields) =>
  invalidRequest(`The Redis server does not accept the fields "username" and "password" of ${of}.`);

/** Waits for the answer to a command that needs a right of its own, and names the right if it is missing. */
export const administer = async <T>(name: string, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw error;
    if (error.code !== 'NOPERM') throw invalidRequest(`The Redis server refused ${name} (${error.code}).`);
    throw accessDenied(
      `The login may not run ${name}: it needs that right, or the secret a superuser's secret in the field "masterarn".`,
    );
  }
};

/** Stores the users where the server reads them at its start. */
export const persist = async (session: RedisSession, fields: SecretFields): Promise<void> => {
  if (fields.flag('persistUsers') === false) return;
  try {
    await session.run('ACL', 'SAVE');
    return;
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw error;
    if (!error.lacksAclFile) throw notPersisted('ACL SAVE', error);
  }
  if (fields.text('username') === 'default') {
    // At its next start the server would set this user's password from `requirepass` again.
    throw invalidRequest(
      'The password of the Redis user "default" survives a restart only on a server with an ACL file (setting aclfile).',
    );
  }
  try {
    await session.run('CONFIG', 'REWRITE');
  } catch (error) {
    throw error instanceof RedisReplyError ? notPersisted('CONFIG REWRITE', error) : error;
  }
};

const notPersisted = (command: string, { code }: RedisReplyError) =>
  invalidRequest(
    `The Redis server refused ${command} (${code}), so its next start would undo the rotation. It needs the setting aclfile or a configuration file ` +
      'that it can write, and the login the right to run the command; if another program loads the users, set the field "persistUsers" to false.',
  );

/** The server of a secret, and how its fields log in to it. */
export const redisTarget = (connect: RedisConnector) => {
  const logsIn = ({ signal }: BuiltInCall, fields: SecretFields): Promise<boolean> =>
    connect(targetOf(fields), signal, (session) => loginWith(session, fields));
  return {
    logsIn,
    test: async (call: BuiltInCall, fields: SecretFields): Promise<void> => {
      if (!(await logsIn(call, fields))) throw notAccepted(fields);
    },
    /** Works in a session of the superuser, over a connection by the settings of the superuser's own secret. */
    asSuperuser: async (
      { signal }: BuiltInCall,
      master: SecretFields,
      work: (session: RedisSession) => Promise<void>,
    ): Promise<void> => {
      await connect(targetOf(master), signal, async (session) => {
        if (!(await loginWith(session, master))) throw notAccepted(master);
        await work(session);
      });
    },
  };
};
