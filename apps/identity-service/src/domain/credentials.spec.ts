import { RootKey, RootKeys } from '@strongroom/envelope';
import { SeededRandom } from '@strongroom/random';
import { CredentialMint } from './credentials';
import { uniqueId } from './unique-id';

const rootKey = RootKey.fromBytes(Buffer.alloc(32, 7));
const mint = new CredentialMint(rootKey, new SeededRandom('mint'));

describe('access keys', () => {
  const key = mint.newAccessKey();

  it('have the form of AWS’s', () => {
    expect(key.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(key.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(mint.newAccessKey().secretAccessKey).not.toBe(key.secretAccessKey);
  });

  it('match their own secret only', () => {
    const { accessKeyId, sealedSecret, secretAccessKey } = key;
    expect(mint.matches(accessKeyId, sealedSecret, secretAccessKey)).toBe(true);
    for (const wrong of ['', secretAccessKey.slice(1), `${secretAccessKey}x`, secretAccessKey.toLowerCase()]) {
      expect(mint.matches(accessKeyId, sealedSecret, wrong)).toBe(false);
    }
    expect(mint.matches(accessKeyId, undefined, secretAccessKey)).toBe(false);
  });

  it('rest sealed, each in its own place', () => {
    const { accessKeyId, sealedSecret, secretAccessKey } = key;
    expect(sealedSecret.includes(Buffer.from(secretAccessKey))).toBe(false);
    expect(() => mint.matches(mint.newAccessKey().accessKeyId, sealedSecret, secretAccessKey)).toThrow();
    const other = new CredentialMint(RootKey.fromBytes(Buffer.alloc(32, 8)), new SeededRandom('mint'));
    expect(() => other.matches(accessKeyId, sealedSecret, secretAccessKey)).toThrow(/another root key/);
    for (let byte = 0; byte < sealedSecret.length; byte += 7) {
      const tampered = Buffer.from(sealedSecret);
      tampered[byte]! ^= 1;
      expect(() => mint.matches(accessKeyId, tampered, secretAccessKey)).toThrow();
    }
  });
});

it('turn unknown access keys away as before when the root key has rotated', () => {
  const next = RootKey.fromBytes(Buffer.alloc(32, 9));
  const rootKeys = new RootKeys(RootKey.fromBytes(Buffer.alloc(32, 7)));
  const rotating = new CredentialMint(rootKeys, new SeededRandom('mint'));
  const old = rootKeys.fingerprint;
  rootKeys.add(next);
  rootKeys.use(next.fingerprint);
  rootKeys.drop(old);
  expect(rotating.matches('AKIAUNKNOWN', undefined, 'secret')).toBe(false);
});

it('sessions have a token of 256 random bits, and keep its hash', () => {
  const session = mint.newSession();
  expect(session.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(session.sessionToken).toMatch(/^srs_[\w-]{43}$/);
  expect(Buffer.from(session.sessionToken.slice(4), 'base64url')).toHaveLength(32);
  expect(session.tokenHash).toHaveLength(32);
});

it('unique ids tell what they name', () => {
  const random = new SeededRandom('ids');
  const forms = {
    user: /^AIDA.{17}$/,
    group: /^AGPA.{17}$/,
    role: /^AROA.{17}$/,
    policy: /^ANPA.{17}$/,
    'access-key': /^AKIA.{16}$/,
  } as const;
  for (const [kind, form] of Object.entries(forms)) {
    const ids = Array.from({ length: 20 }, () => uniqueId(kind as keyof typeof forms, random));
    for (const id of ids) expect(id).toMatch(form);
    expect(new Set(ids).size).toBe(20);
  }
});
