import type { ApiContext, SignedInContext } from './context';
import { signedInProcedure } from './trpc';

/** Ann, who has just signed in at `now`. Epoch milliseconds. */
export const signedIn = (now: number): SignedInContext => ({
  requestId: 'request-1',
  client: { sourceIp: '203.0.113.7', userAgent: 'a browser' },
  deadline: now + 10_000,
  isIdle: false,
  setSession: () => undefined,
  session: {
    id: 'session-1',
    value: {
      credentialId: 'session:ASIA1',
      accountId: '000000000000',
      userName: 'ann',
      arn: 'arn:aws:iam::000000000000:user/ann',
      multiFactor: false,
      signedInAt: now,
      lastSeen: now,
    },
  },
});

export const nobody = (now: number): ApiContext => ({ ...signedIn(now), session: undefined });

export const testProcedure = signedInProcedure({ end: async () => undefined });
