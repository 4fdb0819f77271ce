import { InMemoryChange, NOW } from './in-memory-change.testing';
import { beginSession, revokeSession, revokeSessionsOf } from './sessions';

const HOUR = 3_600_000;
const end = new Date(NOW.getTime() + HOUR);
let change: InMemoryChange;
beforeEach(() => (change = new InMemoryChange()));

it('keeps of a new session what finds it, and gives the rest to its owner', async () => {
  const credentials = {
    accessKeyId: 'ASIAONE',
    secretAccessKey: 'the secret',
    sessionToken: 'the token',
    tokenHash: Buffer.from('hash'),
    sealedSecret: Buffer.from('sealed'),
  };
  const about = { accountId: '000000000000', identityId: 'AIDA', source: 'AKIA', issueTime: NOW };
  const given = await beginSession(change, credentials, { ...about, duration: 900 });
  const expiration = new Date(NOW.getTime() + 900_000);
  expect(given).toEqual({
    accessKeyId: 'ASIAONE',
    secretAccessKey: 'the secret',
    sessionToken: 'the token',
    expiration,
  });
  const kept = change.stored.sessions.get('ASIAONE');
  expect(kept).toMatchObject({ ...about, tokenHash: Buffer.from('hash'), expireTime: expiration, tags: [], policyArns: [] });
  expect(Object.values(kept!)).not.toContain('the secret');
  expect(Object.values(kept!)).not.toContain('the token');
});

it.each([
  ['before its end', new Date(end.getTime() - 1), 1],
  ['at its end', end, 0],
])('counts a session that is revoked %s', async (_when, now, count) => {
  const session = change.newSession('AKIA', 'AIDA');
  expect(await revokeSession(change, session, now)).toBe(count);
  expect([change.sessionIds, change.subjects]).toEqual([[], [session.accessKeyId]]);
});

it('revokes all sessions of one identity', async () => {
  for (const identityId of ['AIDA', 'AIDA', 'AROA']) change.newSession('AKIA', identityId);
  expect(await revokeSessionsOf(change, 'AIDA', NOW)).toBe(2);
  expect([change.sessionIds.length, change.subjects]).toEqual([1, ['AIDA']]);
});
