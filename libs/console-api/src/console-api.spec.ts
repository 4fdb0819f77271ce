import { createTRPCClient, httpLink } from '@trpc/client';
import type { ConsoleApi, ConsoleProcedures } from './console-api';
import { transformer } from './transformer';

const api = createTRPCClient<ConsoleApi>({ links: [httpLink({ url: 'https://console.test/api', transformer })] });

type IsThere<Name, Of> = Name extends keyof Of ? true : false;

it('has the procedures of the tables, and no other', () => {
  // The compiler checks these: nothing is called.
  const calls = [
    () => api.secrets.getSecretValue.query({ secretId: 'a' }),
    async () => (await api.secrets.listSecrets.query()).secretList[0]?.createdDate satisfies Date | undefined,
    () => api.secrets.putSecretValue.mutate({ secretId: 'a', value: { value: { $case: 'secretString', value: 'b' } } }),
    async () => (await api.keys.getPublicKey.query({ keyId: 'a' })).publicKey satisfies Uint8Array,
    () => api.audit.verifyTrail.query({ fromSequence: 1 }),
    () => api.session.signIn.mutate({ accountId: '000000000000', userName: 'ann', password: 'p' }),
    // @ts-expect-error It is no field.
    () => api.secrets.getSecretValue.query({ secretName: 'a' }),
  ];
  expect(calls).toHaveLength(7);
  const absent: {
    stream: IsThere<'watchSecrets', ConsoleProcedures['secrets']>;
    ofWhoeverHasNoSession: IsThere<'getSessionToken', ConsoleProcedures['tokens']>;
    queryThatChanges: IsThere<'query', typeof api.secrets.deleteSecret>;
  } = { stream: false, ofWhoeverHasNoSession: false, queryThatChanges: false };
  expect(Object.keys(absent)).toHaveLength(3);
});
