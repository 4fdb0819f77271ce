import { systemRandom } from '@strongroom/random';
import fc from 'fast-check';
import { openSecretValue, sealSecretValue, type SecretValue } from './index';
import { reasonOf, survivors } from './tamper.testing';

const dataKey = systemRandom.bytes(32);
const place = { secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf', secretVersionId: 'v1' };
const seal = (value: SecretValue): Buffer => sealSecretValue(dataKey, place, value, systemRandom);

const value: fc.Arbitrary<SecretValue> = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => ({ kind: 'string' as const, text })),
  fc.uint8Array().map((bytes) => ({ kind: 'binary' as const, bytes: Buffer.from(bytes) })),
);

it('opens to the value and the kind that were sealed', () => {
  fc.assert(fc.property(value, (v) => expect(openSecretValue(dataKey, place, seal(v))).toEqual(v)));
});

it('holds the longest value', () => {
  const text = 'x'.repeat(65_536);
  expect(openSecretValue(dataKey, place, seal({ kind: 'string', text }))).toEqual({ kind: 'string', text });
});

it.each<SecretValue>([
  { kind: 'string', text: '{"password":"p"}' },
  { kind: 'binary', bytes: Buffer.of(0, 1, 2) },
])('does not open after any flipped bit, cut or extension: $kind', (v) => {
  expect(survivors(seal(v), (bytes) => openSecretValue(dataKey, place, bytes))).toEqual([]);
});

it('does not open under another secret, version or data key', () => {
  const sealed = seal({ kind: 'string', text: 'x' });
  for (const [key, other] of [
    [dataKey, { ...place, secretVersionId: 'v2' }],
    [dataKey, { ...place, secretArn: `${place.secretArn}x` }],
    [dataKey, { secretArn: place.secretVersionId, secretVersionId: place.secretArn }],
    [systemRandom.bytes(32), place],
  ] as const) {
    expect(reasonOf(() => openSecretValue(key, other, sealed))).toBe('InvalidCiphertextException');
  }
});

it('makes another ciphertext each time, even under one data key', () => {
  const sealed = Array.from({ length: 20 }, () => seal({ kind: 'string', text: 'same' }).toString('hex'));
  expect(new Set(sealed).size).toBe(20);
});

it('refuses text that UTF-8 would change', () => {
  expect(reasonOf(() => seal({ kind: 'string', text: 'a\ud800' }))).toBe('ValidationException');
});
