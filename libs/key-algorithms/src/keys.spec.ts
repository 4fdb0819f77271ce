import { forget } from '@strongroom/envelope';
import { inspect } from 'node:util';
import { serialize } from 'node:v8';
import {
  MacKey,
  PrivateKey,
  decapsulate,
  decrypt,
  deriveSharedSecret,
  generateDataKeyPair,
  generateMac,
  modulusBytes,
  sign,
} from '.';
import { ASYMMETRIC, materialOf } from './material.testing';

describe.each(ASYMMETRIC)('%s', (spec) => {
  it('shows nothing of a private key, in whatever way it is printed', async () => {
    const { privateMaterial } = await materialOf(spec);
    const key = PrivateKey.fromMaterial(spec, privateMaterial);
    // The last bytes of the private part: a seed, a scalar, or a number of RSA. A curve's point, which is public, comes after it.
    const secret = spec.startsWith('ECC_NIST_P') || spec.startsWith('ECC_SECG') ? key.scalar() : privateMaterial.subarray(-24);
    const head = secret.subarray(0, 12);
    const shown = [inspect(key, { showHidden: true, depth: 9 }), JSON.stringify(key), serialize(key).toString('latin1')].join();
    expect(shown).not.toContain(head.toString('latin1'));
    expect(shown).not.toContain([...head].join());
    expect(shown).not.toContain(head.toString('hex').replaceAll(/..(?=.)/g, '$& '));
  });

  it('works on after its material was erased', async () => {
    const { privateMaterial, publicKey } = await materialOf(spec);
    const key = PrivateKey.fromMaterial(spec, privateMaterial);
    forget(privateMaterial);
    await use(key, publicKey!);
  });

  it('does not work after it was forgotten', async () => {
    const { privateMaterial, publicKey } = await materialOf(spec);
    const key = PrivateKey.fromMaterial(spec, privateMaterial);
    await use(key, publicKey!);
    const held = spec.startsWith('ML_') ? key.secretKey() : undefined;
    key.forget();
    if (held) expect(held.every((byte) => byte === 0)).toBe(true);
    await expect(use(key, publicKey!)).rejects.toThrow('forgotten');
    key.forget();
  });

  it('does not read material of another spec', async () => {
    const other = ASYMMETRIC[(ASYMMETRIC.indexOf(spec) + 1) % ASYMMETRIC.length]!;
    const { privateMaterial } = await materialOf(other);
    expect(() => PrivateKey.fromMaterial(spec, privateMaterial)).toThrow();
  });

  async function use(key: PrivateKey, publicKey: Buffer): Promise<unknown> {
    if (spec.startsWith('RSA'))
      return decrypt(key, 'RSAES_OAEP_SHA_256', Buffer.alloc(modulusBytes(spec))).catch(onlyIfForgotten);
    if (spec.startsWith('ML_KEM')) {
      return decapsulate(key, 'ML_KEM', Buffer.alloc({ ML_KEM_512: 768, ML_KEM_768: 1088 }[spec as string] ?? 1568));
    }
    if (spec.startsWith('ML_DSA')) return sign(key, { algorithm: 'ML_DSA_SHAKE_256', message: Buffer.alloc(1) });
    if (spec === 'ECC_NIST_EDWARDS25519') return sign(key, { algorithm: 'ED25519_SHA_512', message: Buffer.alloc(1) });
    if (spec === 'ECC_SECG_P256K1') return sign(key, { algorithm: 'ECDSA_SHA_256', message: Buffer.alloc(1) });
    return deriveSharedSecret(key, 'ECDH', publicKey);
  }
});

function onlyIfForgotten(error: unknown): void {
  if (String(error).includes('forgotten')) throw error;
}

it('has MAC keys that show nothing and can be forgotten', () => {
  const material = Buffer.alloc(32, 'a secret of an HMAC key');
  const key = MacKey.fromMaterial('HMAC_256', material);
  expect(inspect(key, { showHidden: true, depth: 9 })).toBe("MacKey { spec: 'HMAC_256' }");
  expect(JSON.stringify(key)).toBe('{"spec":"HMAC_256"}');
  forget(material);
  const mac = generateMac(key, 'HMAC_SHA_256', Buffer.from('m'));
  expect(mac).toEqual(
    generateMac(MacKey.fromMaterial('HMAC_256', Buffer.alloc(32, 'a secret of an HMAC key')), 'HMAC_SHA_256', Buffer.from('m')),
  );
  key.forget();
  expect(() => generateMac(key, 'HMAC_SHA_256', Buffer.from('m'))).toThrow('forgotten');
});

it('has no private key of symmetric specs, and none of SM2', () => {
  expect(() => PrivateKey.fromMaterial('HMAC_256', Buffer.alloc(32))).toThrow(RangeError);
  expect(() => MacKey.fromMaterial('SYMMETRIC_DEFAULT', Buffer.alloc(32))).toThrow(RangeError);
  expect(() => MacKey.fromMaterial('HMAC_256', Buffer.alloc(31))).toThrow(RangeError);
  expect(() => PrivateKey.fromMaterial('SM2', Buffer.alloc(32))).toThrow('SM2');
});

it('makes data key pairs', async () => {
  const { privateKey, publicKey } = await generateDataKeyPair('ML_KEM_768');
  expect(PrivateKey.fromMaterial('ML_KEM_768', privateKey).publicKey.spki).toEqual(publicKey);
  // KMS: the private key is as long with each parameter set, because it is the seed.
  expect(privateKey).toHaveLength(86);
  await expect(generateDataKeyPair('SM2')).rejects.toMatchObject({ reason: 'UnsupportedOperationException' });
});
