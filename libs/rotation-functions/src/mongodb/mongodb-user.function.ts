import type { BuiltInFunction } from '../shared/built-in-function.port';
import { createPendingValue, generatePassword } from '../shared/pending-value';
import { findFields, readMasterFields, requireFields } from '../shared/secret-fields';
import { mechanismsOf } from './mongodb-clone';
import type { MongoDbConnector } from './mongodb-session';
import { addressOf, loginOf, MAJORITY, mongoDbTarget, notAccepted, requireSameServer, requireSameSource } from './mongodb-target';

/**
 * One user of MongoDB, which has one password: from setSecret to finishSecret AWSPENDING logs in and AWSCURRENT does not. Open
 * connections stay open.
 */
export const mongoDbUser = (connect: MongoDbConnector): BuiltInFunction => {
  const { logsIn, test, asAdministrator } = mongoDbTarget(connect);
  return {
    name: 'strongroom-mongodb-user',
    description: 'Changes the password of a MongoDB user.',

    createSecret: (call) =>
      createPendingValue(call, (current) => {
        loginOf(current);
        return current.with({ password: generatePassword(call.random) });
      }),

    async setSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const pending = await requireFields(call.secret, 'AWSPENDING');
      requireSameServer(pending, current, ['host', 'port', 'username']);
      requireSameSource(pending, current);
      const { username, authSource } = loginOf(current);
      if (await logsIn(call, pending)) return;
      // Whoever may write the secret could name any user in it, so a superuser changes only a user whose password the secret
      // knows.
      if (!(await logsIn(call, current))) throw notAccepted(current);
      let administrator = current;
      if (current.has('masterarn')) {
        administrator = await readMasterFields(call.secret, current);
        requireSameServer(administrator, current, ['host', 'port']);
      }
      const { of } = administrator;
      await asAdministrator(call, administrator, async (session) => {
        const mechanisms = await mechanismsOf(session, username, { database: authSource, of });
        const change = { updateUser: username, pwd: pending.text('password'), ...(mechanisms && { mechanisms }) };
        await session.command({ ...change, writeConcern: MAJORITY }, authSource);
      });
    },

    testSecret: async (call) => test(call, await requireFields(call.secret, 'AWSPENDING')),
    testCurrent: async (call) => test(call, await requireFields(call.secret, 'AWSCURRENT')),

    async targetOf({ secret }) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && addressOf(fields);
    },
  };
};
