import { accessDenied, invalidRequest } from '@strongroom/errors';
import type { BuiltInCall, BuiltInFunction } from '../shared/built-in-function.port';
import { createPendingValue, generatePassword } from '../shared/pending-value';
import { findFields, readMasterFields, requireFields, type SecretFields } from '../shared/secret-fields';
import { requireSame } from '../shared/same-server';
import { targetTls } from '../shared/target-tls';
import { RedisReplyError, type RedisConnector, type RedisSession, type RedisTarget } from './redis-session';

const PORT = 6379;

const targetOf = (fields: SecretFields): RedisTarget => {
  const host = fields.text('host');
  return { host, port: fields.port('port', PORT), tls: targetTls(fields, host), of: fields.of };
};

const loginWith = (session: RedisSession, fields: SecretFields) =>
  session.login(fields.text('username'), fields.text('password'));

const notAccepted = ({ of }: SecretFields) =>
  invalidRequest(`The Redis server does not accept the fields "username" and "password" of ${of}.`);

/** Waits for the answer to a command that needs a right of its own, and names the right if it is missing. */
const administer = async <T>(name: string, answer: Promise<T>): Promise<T> => {
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

/** A reply of names and values in turn. */
const entriesOf = (reply: unknown): Map<string, unknown> => {
  const list = Array.isArray(reply) ? (reply as unknown[]) : [];
  return new Map(Array.from({ length: Math.floor(list.length / 2) }, (_, i) => [String(list[2 * i]), list[2 * i + 1]]));
};

/** A password means nothing to a user that accepts any. */
const requirePasswords = async (session: RedisSession, username: string): Promise<void> => {
  const flags = entriesOf(await administer('ACL GETUSER', session.send('ACL', 'GETUSER', username))).get('flags');
  if (Array.isArray(flags) && flags.includes('nopass')) {
    throw invalidRequest('The Redis user that the field "username" of AWSCURRENT names accepts any password (nopass).');
  }
};

/** Stores the users where the server reads them at its start. */
const persist = async (session: RedisSession, fields: SecretFields): Promise<void> => {
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

/**
 * ACL users of Redis and Valkey. A user can have several passwords, so the new one is added beside the current one, which lives
 * on as AWSPREVIOUS until the next rotation: nobody has to change over in a hurry. Any other password of the user is removed.
 */
export const redisAclUser = (connect: RedisConnector): BuiltInFunction => {
  const requireLogin = async ({ secret, signal }: BuiltInCall, stage: 'AWSCURRENT' | 'AWSPENDING') => {
    const fields = await requireFields(secret, stage);
    const accepted = await connect(targetOf(fields), signal, (session) => loginWith(session, fields));
    if (!accepted) throw notAccepted(fields);
  };

  /**
   * Works in a session of one who may change the user: as it itself, or as the superuser, over a connection by the settings of
   * the superuser's own secret.
   */
  const asAdministrator = async (
    call: BuiltInCall,
    current: SecretFields,
    pending: SecretFields,
    work: (session: RedisSession) => Promise<void>,
  ) => {
    const { secret, signal } = call;
    await connect(targetOf(current), signal, async (session) => {
      // Whoever may write the secret could name any user in it, so a superuser changes only a user whose password the secret
      // knows.
      if (!(await loginWith(session, current)) && !(await loginWith(session, pending))) throw notAccepted(current);
      if (!current.has('masterarn')) await work(session);
    });
    if (!current.has('masterarn')) return;
    const master = await readMasterFields(secret, current);
    requireSame(master, current, ['host', 'port'], PORT);
    await connect(targetOf(master), signal, async (session) => {
      if (!(await loginWith(session, master))) throw notAccepted(master);
      await work(session);
    });
  };

  return {
    name: 'strongroom-redis-acl-user',
    description: 'Rotates the password of a Redis or Valkey ACL user; the previous password stays valid until the next rotation.',

    createSecret: (call) =>
      createPendingValue(call, (current) => {
        targetOf(current);
        current.text('username');
        current.text('password');
        return current.with({ password: generatePassword(call.random) });
      }),

    async setSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const pending = await requireFields(call.secret, 'AWSPENDING');
      const username = current.text('username');
      requireSame(pending, current, ['host', 'port', 'username'], PORT);
      await asAdministrator(call, current, pending, async (session) => {
        await requirePasswords(session, username);
        // Once before the change: this detects a server that cannot store it before anything has happened.
        await persist(session, current);
        // One command, so all of it or nothing.
        const passwords = [current, pending].map((fields) => `>${fields.text('password')}`);
        await administer('ACL SETUSER', session.run('ACL', 'SETUSER', username, 'resetpass', ...passwords));
        await persist(session, current);
      });
    },

    testSecret: (call) => requireLogin(call, 'AWSPENDING'),
    testCurrent: (call) => requireLogin(call, 'AWSCURRENT'),

    async targetOf({ secret }) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && `redis://${fields.text('host')}:${fields.port('port', PORT)}`;
    },
  };
};
