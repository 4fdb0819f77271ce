import { HOUR, ManualClock, MINUTE } from '@strongroom/clock';
import type { Credential, CredentialStore } from './credential-store';
import { StoredSession } from './stored-session';

const start = new Date('2026-11-30T12:00:00Z');
let clock: ManualClock;
let kept: Credential | undefined;
let isBroken: boolean;
let renewals: number;

const store: CredentialStore = {
  kind: 'file',
  place: 'memory',
  read: async () => kept,
  write: async (_, credential) => {
    if (isBroken) throw new Error('read-only');
    kept = credential;
  },
  remove: async () => undefined,
};
const session = () =>
  new StoredSession(
    'work',
    store,
    async ({ secretAccessKey }) => ({
      session: {
        token: `${secretAccessKey}-${++renewals}`,
        expiresAt: new Date(clock.millis() + HOUR).toISOString(),
      },
    }),
    clock,
  );
const tokenOf = async (of: StoredSession) => (await of.provide()).token;

beforeEach(() => {
  clock = new ManualClock(start);
  kept = { secretAccessKey: 'key' };
  isBroken = false;
  renewals = 0;
});

it('gets a session once for many commands, and another one before it ends', async () => {
  expect(await tokenOf(session())).toBe('key-1');
  expect(await tokenOf(session())).toBe('key-1');
  clock.advance(HOUR - MINUTE - 1);
  expect(await tokenOf(session())).toBe('key-1');
  clock.advance(1);
  expect(await session().provide()).toEqual({ token: 'key-2', expiresAt: new Date(clock.millis() + HOUR) });
  expect(kept).toMatchObject({ secretAccessKey: 'key', session: { token: 'key-2' } });
});

it('gets another one when a service has refused what it gave', async () => {
  const one = session();
  expect(await tokenOf(one)).toBe('key-1');
  expect(await tokenOf(one)).toBe('key-2');
  expect(await tokenOf(session())).toBe('key-2');
});

it('takes the one that another command got meanwhile', async () => {
  const one = session();
  await one.provide();
  await tokenOf(session());
  kept = { session: { token: 'of-another' } };
  expect(await tokenOf(one)).toBe('of-another');
});

it('works where nothing can be kept', async () => {
  isBroken = true;
  expect(await tokenOf(session())).toBe('key-1');
});
