import { inspect } from 'node:util';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { RootKey, RootKeys, openWithRootKey, sealWithRootKey } from '@strongroom/envelope';
import { isDomainError } from '@strongroom/errors';
import { pairOf } from '@strongroom/key-algorithms/testing';
import { systemRandom } from '@strongroom/random';
import { IMPORT_TOKEN_MILLIS, createImportParameters, openImportToken, type ImportParameters, type Wrapping } from './index';
import { wrap } from './wrap.testing';

const place = { accountId: '000000000000', keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' };
const start = new Date('2026-01-01T00:00:00Z');
const rootKey = RootKey.generate(systemRandom);
const wrapping: Wrapping = { wrappingKeySpec: 'RSA_2048', wrappingAlgorithm: 'RSAES_OAEP_SHA_256' };
const binding = (at: typeof place) => ({ purpose: 'import-token', context: { AccountId: at.accountId, KeyId: at.keyId } });

let parameters: ImportParameters;
beforeAll(async () => (parameters = await createImportParameters(rootKey, place, wrapping, start, systemRandom)));

function outcome(token: Buffer, change: { at?: typeof place; now?: Date; by?: RootKey | RootKeys } = {}): string {
  try {
    openImportToken(change.by ?? rootKey, change.at ?? place, token, change.now ?? start).forget();
    return 'opened';
  } catch (error) {
    return isDomainError(error) ? error.reason : String(error);
  }
}
const INVALID = 'InvalidImportTokenException';

it('holds the private key of its public key', async () => {
  const key = openImportToken(rootKey, place, parameters.importToken, start);
  expect(key.wrapping).toEqual(wrapping);
  const material = systemRandom.bytes(32);
  expect(await key.unwrap(wrap(parameters.publicKey, wrapping.wrappingAlgorithm, material))).toEqual(material);
});

it('has room in what KMS allows for a token, with the longest wrapping key', async () => {
  const longest = { ...wrapping, wrappingKeySpec: 'RSA_4096' } as const;
  const { importToken, publicKey } = await createImportParameters(rootKey, place, longest, start, systemRandom, pairOf);
  expect(importToken.length).toBeLessThan(2_500);
  expect(createPublicKey({ key: publicKey, format: 'der', type: 'spki' }).asymmetricKeyDetails?.modulusLength).toBe(4_096);
});

it('serves for 24 hours, as often as it is used', () => {
  const { importToken, validTo } = parameters;
  expect(validTo.getTime()).toBe(start.getTime() + IMPORT_TOKEN_MILLIS);
  const last = new Date(validTo.getTime() - 1);
  expect([outcome(importToken), outcome(importToken, { now: last })]).toEqual(['opened', 'opened']);
  expect(outcome(importToken, { now: validTo })).toBe('ExpiredImportTokenException');
});

it('serves no other key, account or root key', () => {
  const { importToken } = parameters;
  expect(outcome(importToken, { at: { ...place, accountId: '000000000001' } })).toBe(INVALID);
  expect(outcome(importToken, { at: { ...place, keyId: '1234abcd-12ab-34cd-56ef-1234567890ac' } })).toBe(INVALID);
  expect(outcome(importToken, { by: RootKey.generate(systemRandom) })).toBe(INVALID);
  // That it expired is told only to whom it belongs.
  expect(outcome(importToken, { at: { ...place, accountId: '000000000001' }, now: parameters.validTo })).toBe(INVALID);
});

it('serves while the root key that sealed it is there, and calls for no root key that is not', () => {
  const next = RootKey.generate(systemRandom);
  const rootKeys = new RootKeys(next);
  const unknown: string[] = [];
  rootKeys.onUnknown = (fingerprint) => unknown.push(fingerprint);
  expect(outcome(parameters.importToken, { by: rootKeys })).toBe(INVALID);
  rootKeys.add(rootKey);
  expect(outcome(parameters.importToken, { by: rootKeys })).toBe('opened');
  expect(unknown).toEqual([]);
});

it('does not open after any changed byte, cut or extension', () => {
  const { importToken } = parameters;
  const opened: string[] = [];
  for (let i = 0; i < importToken.length; i++) {
    const changed = Buffer.from(importToken);
    changed[i]! ^= 1 << (i & 7);
    if (outcome(changed) !== INVALID) opened.push(`byte ${i} changed`);
    if (outcome(importToken.subarray(0, i)) !== INVALID) opened.push(`cut to ${i} bytes`);
  }
  for (const more of [1, 6_144]) {
    if (outcome(Buffer.concat([importToken, Buffer.alloc(more)])) !== INVALID) opened.push(`${more} bytes too many`);
  }
  expect(opened).toEqual([]);
});

it('is not mistaken for what else the root key seals', () => {
  const content = openWithRootKey(rootKey, binding(place), parameters.importToken);
  const other = sealWithRootKey(rootKey, { ...binding(place), purpose: 'key-material' }, content, systemRandom);
  expect(outcome(other)).toBe(INVALID);
});

it.each([
  ['version', 0],
  ['wrapping key spec', 1],
  ['wrapping algorithm', 2],
])('of a newer version, with another %s, is refused', (_what, offset) => {
  const content = openWithRootKey(rootKey, binding(place), parameters.importToken);
  content[offset] = 200;
  expect(outcome(sealWithRootKey(rootKey, binding(place), content, systemRandom))).toBe(INVALID);
});

it('and its wrapping key show nothing of the private key', () => {
  const pkcs8 = openWithRootKey(rootKey, binding(place), parameters.importToken).subarray(11);
  const { d } = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  const secret = Buffer.from(d!, 'base64url').subarray(0, 16);
  expect(pkcs8.includes(secret)).toBe(true);
  expect(parameters.importToken.includes(secret)).toBe(false);
  const key = openImportToken(rootKey, place, parameters.importToken, start);
  for (const shown of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key)]) {
    expect(shown).not.toContain(secret.toString('hex'));
    expect(shown).not.toContain(inspect(secret).slice(8, 20));
  }
});
