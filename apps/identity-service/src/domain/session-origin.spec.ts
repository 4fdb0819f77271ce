import { type Caller, callerForTests } from '@strongroom/access';
import { ACCOUNT, InMemoryChange, NOW } from './in-memory-change.testing';
import { holdSource, originOf } from './session-origin';

const uri = 'spiffe://strongroom.local/user/ada';
let change: InMemoryChange;
beforeEach(() => (change = new InMemoryChange()));

const callerWith = (credentialId: string, kind: Caller['kind'] = 'user'): Caller => ({
  ...callerForTests({ name: 'ada' }),
  kind,
  credentialId,
});
const nobody = { reason: 'UnrecognizedClientException' };

it('is an access key while it is active', async () => {
  const key = change.newKey('AIDA');
  const caller = callerWith(`key:${key.accessKeyId}`);
  await expect(originOf(change, caller)).rejects.toMatchObject(nobody);
  await change.accessKeys.add(key);
  expect(await originOf(change, caller)).toEqual({ source: key.accessKeyId });
  await change.accessKeys.setActive(key.accessKeyId, false);
  await expect(originOf(change, caller)).rejects.toMatchObject(nobody);
});

it('is the source of the session that the caller is in, however many roles are in between', async () => {
  const session = change.newSession('AKIAFIRST', 'AROA');
  expect(await originOf(change, callerWith(`session:${session.accessKeyId}`, 'assumed-role'))).toEqual({
    source: 'AKIAFIRST',
    session,
  });
  await change.sessions.remove(session.accessKeyId);
  await expect(originOf(change, callerWith(`session:${session.accessKeyId}`))).rejects.toMatchObject(nobody);
});

it('is a certificate that is bound, and that of a service', async () => {
  await expect(originOf(change, callerWith(`cert:${uri}`))).rejects.toMatchObject(nobody);
  expect(await originOf(change, callerWith(`cert:${uri}`, 'service'))).toEqual({ source: `cert:${uri}` });
  await change.bindings.add({ uri, accountId: ACCOUNT, identityId: 'AIDA', createDate: NOW });
  expect(await originOf(change, callerWith(`cert:${uri}`))).toEqual({ source: `cert:${uri}` });
});

it('is held as long as it is there', async () => {
  const key = change.newKey('AIDA');
  const provider = { arn: 'arn:aws:iam::000000000000:oidc-provider/x', accountId: ACCOUNT, issuer: 'https://x', createDate: NOW };
  const sources: Record<string, { add: () => Promise<void>; remove: () => Promise<void> }> = {
    [key.accessKeyId]: {
      add: () => change.accessKeys.add(key),
      remove: () => change.accessKeys.setActive(key.accessKeyId, false),
    },
    [`cert:${uri}`]: {
      add: () => change.bindings.add({ uri, accountId: ACCOUNT, identityId: 'AIDA', createDate: NOW }),
      remove: () => change.bindings.remove(uri),
    },
    'login:AIDA': {
      add: () => change.loginProfiles.add({ userId: 'AIDA', createDate: NOW, resetRequired: false, generation: 1 }, 'ada'),
      remove: () => change.loginProfiles.remove('AIDA'),
    },
    [provider.arn]: {
      add: () => change.oidcProviders.add({ ...provider, clientIds: [], thumbprints: [] }),
      remove: () => change.oidcProviders.remove(provider.arn),
    },
  };
  for (const [source, { add, remove }] of Object.entries(sources)) {
    expect([source, await holdSource(change, source)]).toEqual([source, false]);
    await add();
    expect([source, await holdSource(change, source)]).toEqual([source, true]);
    await remove();
    expect([source, await holdSource(change, source)]).toEqual([source, false]);
  }
});
