import { ACCOUNT, InMemoryChange, NOW } from './in-memory-change.testing';
import { arnOfProvider, type OidcProvider } from './oidc-provider';
import { addProvider, removeProvider } from './oidc-provider-changes';

const provider = (n: number, accountId = ACCOUNT): OidcProvider => {
  const issuer = `https://id${n}.example.org`;
  const arn = arnOfProvider(accountId, issuer);
  return { arn, accountId, issuer, clientIds: [], thumbprints: [], createDate: NOW };
};

it('has a hundred providers for an account at most', async () => {
  const change = new InMemoryChange();
  for (let n = 0; n < 100; n++) await addProvider(change, provider(n));
  await expect(addProvider(change, provider(100))).rejects.toMatchObject({ reason: 'LimitExceeded' });
  await addProvider(change, provider(100, '111111111111'));
});

it('takes the sessions of a provider that is removed', async () => {
  const change = new InMemoryChange();
  const [one, other] = [provider(1), provider(2)];
  for (const each of [one, other]) await addProvider(change, each);
  const { id } = change.newIdentity('role', 'deploy');
  change.newSession(one.arn, id);
  const { accessKeyId } = change.newSession(other.arn, id);
  await removeProvider(change, one);
  expect([change.sessionIds, [...change.stored.providers.keys()]]).toEqual([[accessKeyId], [other.arn]]);
  expect(change.subjects).toEqual([one.arn]);
});
