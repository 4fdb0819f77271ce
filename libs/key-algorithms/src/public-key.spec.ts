import { generateKeyPairSync } from 'node:crypto';
import { PublicKey, type KeySpec } from '.';
import { BIT_STRING, DerReader, SEQUENCE, der } from './der';
import { readPublicKeyInfo, writePublicKeyInfo } from './key-info';
import { ASYMMETRIC, materialOf } from './material.testing';

const refuses = (spec: KeySpec, spki: Buffer) =>
  expect(() => PublicKey.fromSpki(spec, spki)).toThrow(expect.objectContaining({ reason: 'ValidationException' }));

describe.each(ASYMMETRIC)('%s', (spec) => {
  it('refuses what is cut, longer, empty, or of another spec', async () => {
    const { publicKey } = await materialOf(spec);
    PublicKey.fromSpki(spec, publicKey!);
    refuses(spec, publicKey!.subarray(0, -1));
    refuses(spec, Buffer.concat([publicKey!, Buffer.of(0)]));
    refuses(spec, Buffer.alloc(0));
    const raw = readPublicKeyInfo(spec, publicKey!);
    refuses(spec, writePublicKeyInfo(spec, raw.subarray(0, -1)));
    refuses(spec, writePublicKeyInfo(spec, Buffer.concat([raw, Buffer.of(0)])));
    refuses(spec, writePublicKeyInfo(spec, Buffer.alloc(0)));
    for (const other of ASYMMETRIC.filter((name) => name !== spec)) {
      expect(() => PublicKey.fromSpki(other, publicKey!)).toThrow('public key');
    }
  });
});

describe('elliptic curves', () => {
  const pointOf = async (spec: KeySpec) => readPublicKeyInfo(spec, (await materialOf(spec)).publicKey!);

  // Node 20 ends the process when it is asked for the curve of such a key.
  it('refuses the point at infinity', () => {
    refuses('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', Buffer.of(0)));
    refuses('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', Buffer.alloc(65)));
    refuses('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', Buffer.concat([Buffer.of(4), Buffer.alloc(64)])));
  });

  it('refuses a point that is not on the curve', async () => {
    const point = await pointOf('ECC_NIST_P384');
    point[point.length - 1]! ^= 1;
    refuses('ECC_NIST_P384', writePublicKeyInfo('ECC_NIST_P384', point));
  });

  it('refuses a coordinate that is not smaller than the prime', () => {
    refuses('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0xff)])));
    refuses('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', Buffer.concat([Buffer.of(2), Buffer.alloc(32, 0xff)])));
  });

  it('takes a compressed point, and no hybrid one', async () => {
    const point = await pointOf('ECC_NIST_P256');
    const odd = point[64]! & 1;
    const compressed = Buffer.concat([Buffer.of(2 + odd), point.subarray(1, 33)]);
    PublicKey.fromSpki('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', compressed));
    const hybrid = Buffer.concat([Buffer.of(6 + odd), point.subarray(1)]);
    refuses('ECC_NIST_P256', writePublicKeyInfo('ECC_NIST_P256', hybrid));
  });

  it('refuses a curve that is spelled out, even if it is the right one', () => {
    const { publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      paramEncoding: 'explicit',
      publicKeyEncoding: { format: 'der', type: 'spki' },
      privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    });
    refuses('ECC_NIST_P256', publicKey);
  });
});

it('refuses encodings that are not DER', async () => {
  const { publicKey } = await materialOf('ECC_NIST_P256');
  const content = new DerReader(publicKey!).read(SEQUENCE);
  const longLength = Buffer.concat([Buffer.of(SEQUENCE, 0x81, content.length), content]);
  const indefinite = Buffer.concat([Buffer.of(SEQUENCE, 0x80), content, Buffer.of(0, 0)]);
  const raw = readPublicKeyInfo('ECC_NIST_P256', publicKey!);
  const algorithm = new DerReader(content).read(SEQUENCE);
  const unusedBits = der(SEQUENCE, der(SEQUENCE, algorithm), der(BIT_STRING, Buffer.of(4), raw));
  for (const spki of [longLength, indefinite, unusedBits]) refuses('ECC_NIST_P256', spki);
});

it('refuses a bit string that does not end with a byte', async () => {
  const raw = readPublicKeyInfo('ML_KEM_512', (await materialOf('ML_KEM_512')).publicKey!);
  const info = new DerReader(new DerReader(writePublicKeyInfo('ML_KEM_512', raw)).read(SEQUENCE));
  refuses('ML_KEM_512', der(SEQUENCE, der(SEQUENCE, info.read(SEQUENCE)), der(BIT_STRING, Buffer.of(1), raw)));
});

it('does not know SM2', () => {
  expect(() => PublicKey.fromSpki('SM2', Buffer.alloc(91))).toThrow(
    expect.objectContaining({ reason: 'UnsupportedOperationException' }),
  );
});
