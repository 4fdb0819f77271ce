import { createVerify } from 'node:crypto';
import { DAY, ManualClock } from '@strongroom/clock';
import { FakeSealer } from '../fake-sealer.testing';
import { type IdentityStore, type SealedIdentity, SigningIdentities } from './signing-identity';

class MemoryStore implements IdentityStore {
  readonly rows: SealedIdentity[] = [];

  async all(): Promise<SealedIdentity[]> {
    return [...this.rows].reverse();
  }

  async put(identity: SealedIdentity): Promise<void> {
    if (!this.rows.some(({ slot }) => slot === identity.slot)) this.rows.push(identity);
  }
}

const verifies = (pem: string, text: string, signature: string) =>
  createVerify('sha256').update(text).verify(pem, signature, 'base64');

it('has a new certificate before the old one ends, of the same key, and still shows the old one', async () => {
  const clock = new ManualClock('2026-11-30T00:00:00Z');
  const store = new MemoryStore();
  const one = new SigningIdentities(store, new FakeSealer(), clock);
  const first = await one.get();
  const mac = first.signer.mac('link');
  clock.advance(3_500 * DAY);
  expect(await one.get()).toBe(first);
  clock.advance(70 * DAY);
  const others = [one, new SigningIdentities(store, new FakeSealer(), clock)];
  const [second, same] = await Promise.all(others.map((identities) => identities.get()));
  expect(second!.certificateId).not.toBe(first.certificateId);
  expect(same!.certificateId).toBe(second!.certificateId);
  expect(store.rows.map(({ slot }) => slot)).toEqual([1, 2]);
  expect(second!.signer.isMac(mac, 'link')).toBe(true);
  for (const identities of others) {
    for (const { certificateId, signer } of [first, second!]) {
      const pem = (await identities.certificate(certificateId))!;
      expect(verifies(pem, 'text', signer.sign('text'))).toBe(true);
    }
    expect(await identities.certificate('none')).toBeUndefined();
  }
});

it('tries again after crypto-keyservice was away', async () => {
  const sealer = new FakeSealer();
  const seal = jest.spyOn(sealer, 'seal').mockRejectedValueOnce(new Error('away'));
  const identities = new SigningIdentities(new MemoryStore(), sealer, new ManualClock('2026-11-30T00:00:00Z'));
  await expect(identities.get()).rejects.toThrow('away');
  await identities.get();
  expect(seal).toHaveBeenCalledTimes(2);
});
