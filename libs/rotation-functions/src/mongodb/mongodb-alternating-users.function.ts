import { type AlternatingServer, AlternatingUsers } from '../shared/alternating-users';
import type { BuiltInFunction } from '../shared/built-in-function.port';
import { cloneUser } from './mongodb-clone';
import type { MongoDbConnector } from './mongodb-session';
import { addressOf, loginOf, mongoDbTarget, notAccepted, requireSameServer, requireSameSource } from './mongodb-target';

/** Two users of MongoDB or DocumentDB that take turns, so that AWSCURRENT and AWSPENDING log in at every moment. */
export const mongoDbAlternatingUsers = (connect: MongoDbConnector): BuiltInFunction => {
  const { logsIn, test, asAdministrator } = mongoDbTarget(connect);
  const server: AlternatingServer = {
    title: 'MongoDB',
    userOf: (fields) => loginOf(fields).username,
    requireSame: requireSameServer,
    logsIn,
    notAccepted,
    test,
    addressOf,
    async prepareAlternate(call, { current, pending, master }) {
      requireSameSource(pending, current);
      const { authSource: database, username } = loginOf(current);
      const { username: alternate, password } = loginOf(pending);
      await asAdministrator(call, master, (session) =>
        cloneUser(session, { database, current: username, alternate, password }, master.of),
      );
    },
  };
  return new AlternatingUsers('strongroom-mongodb-alternating-users', server);
};
