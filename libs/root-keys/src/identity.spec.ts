import { hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { RootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { encryptTo, lockIdentity, ProviderIdentity, unlockIdentity } from './identity';

const identity = ProviderIdentity.generate(systemRandom);
const passphrase = Buffer.from('correct horse battery staple');

it('opens what was encrypted to its recipient, and nothing else', async () => {
  const file = await encryptTo(await identity.recipient(), Buffer.from('root key'));
  expect((await identity.decrypt(file)).toString()).toBe('root key');
  await expect(ProviderIdentity.generate(systemRandom).decrypt(file)).rejects.toThrow();
  expect(file.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> mlkem768x25519 /);
});

it('is written and read as age does', async () => {
  const text = await identity.text();
  expect(text).toMatch(/^AGE-SECRET-KEY-PQ-1[0-9A-Z]{58}$/);
  for (const file of [text, `${text}\n`, `# created: today\r\n# public key: age1pq1\r\n${text}\r\n`]) {
    expect(await (await ProviderIdentity.parse(file)).recipient()).toBe(await identity.recipient());
  }
});

it('refuses a text that holds none, and does not repeat it', async () => {
  const text = await identity.text();
  for (const wrong of [
    '',
    text.slice(1),
    `${text.slice(0, -1)}${text.endsWith('A') ? 'C' : 'A'}`,
    `${text}\n${text}`,
    text.replace('PQ-', ''),
  ]) {
    const message = await ProviderIdentity.parse(wrong).then(
      () => 'read',
      (error: Error) => error.message,
    );
    expect(message).toBe('must hold one age identity, AGE-SECRET-KEY-PQ-1…');
  }
});

it('opens with its passphrase only', async () => {
  const locked = await lockIdentity(identity, passphrase, 10);
  expect(await (await unlockIdentity(locked, passphrase)).recipient()).toBe(await identity.recipient());
  await expect(unlockIdentity(locked, Buffer.from('wrong'))).rejects.toThrow('the passphrase is wrong');
});

it('is derived from an older root key file, the same one each time', async () => {
  const rootKey = RootKey.fromBytes(Buffer.alloc(32, 7));
  const derived = ProviderIdentity.ofRootKey(rootKey);
  expect(await derived.recipient()).toBe(await ProviderIdentity.ofRootKey(rootKey).recipient());
  const byOpenSsl = hkdfSync('sha256', Buffer.alloc(32, 7), Buffer.alloc(32), 'strongroom/root-key/identity/v1', 32);
  expect(derived.copyBytes()).toEqual(Buffer.from(byOpenSsl));
  expect(derived.copyBytes().toString('hex')).toBe('d4ab35c7431dc145d45418732e44aae9733d69f439cffb046e48f9ecde0aee63');
});

it('is not to be seen in print', () => {
  const hex = identity.copyBytes().toString('hex').slice(0, 12);
  for (const shown of [inspect(identity, { depth: 9, showHidden: true }), JSON.stringify(identity)]) {
    expect(shown).not.toContain(hex);
  }
});
