import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { ed25519Hash, ed25519Signature } from './mysql-ed25519';

const PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const challenge = Buffer.alloc(32, 9);

it('is what MariaDB makes of a password', async () => {
  // From MariaDB's documentation of the plugin.
  expect(await ed25519Hash('secret')).toBe('ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY');
});

it('agrees with the standard where a password has the 32 bytes of a key', async () => {
  const password = '0123456789abcdefghijklmnopqrstuv';
  const key = createPrivateKey({ key: Buffer.concat([PREFIX, Buffer.from(password)]), format: 'der', type: 'pkcs8' });
  expect(await ed25519Signature(password, challenge)).toEqual(sign(null, challenge, key));
});

it.each(['', 'a', 'pässword of many more bytes than a key has', 'x'.repeat(300)])(
  'verifies under its hash: %p',
  async (password) => {
    const x = Buffer.from(await ed25519Hash(password), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, challenge, key, await ed25519Signature(password, challenge))).toBe(true);
    expect(verify(null, Buffer.alloc(32), key, await ed25519Signature(password, challenge))).toBe(false);
  },
);
