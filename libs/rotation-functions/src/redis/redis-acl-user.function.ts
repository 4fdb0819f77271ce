import { invalidRequest } from '@strongroom/errors';
import type { BuiltInCall, BuiltInFunction } from '../shared/built-in-function.port';
import { createPendingValue, generatePassword } from '../shared/pending-value';
import { findFields, readMasterFields, requireFields, type SecretFields } from '../shared/secret-fields';
import type { RedisConnector, RedisSession } from './redis-session';
import { addressOf, administer, loginWith, notAccepted, persist, redisTarget, requireSameServer, targetOf } from './redis-target';

/** The field that says whether the password before a rotation stays valid after it. */
const KEEP_PREVIOUS = 'keepPreviousPassword';

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

/** Gives the user exactly the passwords of these versions, by one command: all of it or nothing. */
const setPasswords = async (session: RedisSession, current: SecretFields, versions: readonly SecretFields[]): Promise<void> => {
  const passwords = versions.map((fields) => `>${fields.text('password')}`);
  await administer('ACL SETUSER', session.run('ACL', 'SETUSER', current.text('username'), 'resetpass', ...passwords));
  await persist(session, current);
};

/**
 * ACL users of Redis and Valkey. A user can have several passwords, so the new one is added beside the current one, which lives
 * on as AWSPREVIOUS until the next rotation: nobody has to change over in a hurry. Any other password of the user is removed. A
 * secret whose old password must end at once says `keepPreviousPassword: false`.
 */
export const redisAclUser = (connect: RedisConnector): BuiltInFunction => {
  const { test, asSuperuser } = redisTarget(connect);

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
    requireSameServer(master, current, ['host', 'port']);
    await asSuperuser(call, master, work);
  };

  return {
    name: 'strongroom-redis-acl-user',
    description: 'Rotates the password of a Redis or Valkey ACL user; the previous password stays valid until the next rotation.',

    createSecret: (call) =>
      createPendingValue(call, (current) => {
        targetOf(current);
        current.flag(KEEP_PREVIOUS);
        current.text('username');
        current.text('password');
        return current.with({ password: generatePassword(call.random) });
      }),

    async setSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const pending = await requireFields(call.secret, 'AWSPENDING');
      const username = current.text('username');
      requireSameServer(pending, current, ['host', 'port', 'username']);
      await asAdministrator(call, current, pending, async (session) => {
        await requirePasswords(session, username);
        // Once before the change: this detects a server that cannot store it before anything has happened.
        await persist(session, current);
        await setPasswords(session, current, [current, pending]);
      });
    },

    testSecret: async (call) => test(call, await requireFields(call.secret, 'AWSPENDING')),
    testCurrent: async (call) => test(call, await requireFields(call.secret, 'AWSCURRENT')),

    async afterFinish(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      if (current.flag(KEEP_PREVIOUS) !== false) return;
      await asAdministrator(call, current, current, (session) => setPasswords(session, current, [current]));
    },

    async targetOf({ secret }) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && addressOf(fields);
    },
  };
};
