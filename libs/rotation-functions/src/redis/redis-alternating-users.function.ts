import { invalidRequest } from '@strongroom/errors';
import { type AlternatingServer, AlternatingUsers } from '../shared/alternating-users';
import type { BuiltInFunction } from '../shared/built-in-function.port';
import { requirePassword, rulesOf } from './redis-acl-rules';
import type { RedisConnector } from './redis-session';
import { addressOf, administer, notAccepted, persist, redisTarget, requireSameServer, targetOf } from './redis-target';

/** Two ACL users of Redis or Valkey that take turns. Each has one password, and both have the same rules. */
export const redisAlternatingUsers = (connect: RedisConnector): BuiltInFunction => {
  const { logsIn, test, asSuperuser } = redisTarget(connect);
  const server: AlternatingServer = {
    title: 'Redis or Valkey',
    userOf(fields) {
      targetOf(fields);
      fields.text('password');
      const username = fields.text('username');
      // ACL LIST has one user a line, and its words.
      if (/[\s\0]/.test(username)) throw fields.wrong('username', 'must not contain spaces');
      return username;
    },
    requireSame: requireSameServer,
    logsIn,
    notAccepted,
    test,
    addressOf,
    async prepareAlternate(call, { current, pending, master }) {
      const [username, alternate] = [current, pending].map((fields) => fields.text('username')) as [string, string];
      await asSuperuser(call, master, async (session) => {
        const wanted = await rulesOf(session, username, master.of);
        if (!wanted) throw invalidRequest('The field "username" of AWSCURRENT must name an ACL user of the Redis server.');
        requirePassword(wanted);
        // Once before the change: this detects a server that cannot store it before anything has happened.
        await persist(session, current);
        // One command, so all of it or nothing. What the alternate has beyond the rules goes.
        const password = `>${pending.text('password')}`;
        await administer('ACL SETUSER', session.run('ACL', 'SETUSER', alternate, 'reset', ...wanted, password));
        const made = await rulesOf(session, alternate, master.of);
        if (made?.join(' ') !== wanted.join(' ')) {
          throw invalidRequest('The Redis server did not clone the rules of the user whole.');
        }
        await persist(session, current);
      });
    },
  };
  return new AlternatingUsers('strongroom-redis-alternating-users', server);
};
