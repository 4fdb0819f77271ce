import * as kms from '@aws-sdk/client-kms';
import {
  DATA_KEY_PAIR_SPECS,
  KEY_SPECS,
  KEY_SPEC_NAMES,
  algorithmsOf,
  isAsymmetric,
  isKeySpec,
  keyUsageFor,
  maxPlaintextBytes,
  requireAlgorithm,
  requireKeyUsage,
  type KeyUsage,
} from './key-specs';
import { SIGNING_SCHEMES } from './signing-schemes';

const USAGES = Object.values(kms.KeyUsageType);
const named = (usage: KeyUsage) => new Set(KEY_SPEC_NAMES.flatMap((spec) => algorithmsOf<KeyUsage>(spec, usage)));

describe('against the newest client of KMS', () => {
  it('has its key specs', () => {
    expect([...KEY_SPEC_NAMES].sort()).toEqual(Object.values(kms.KeySpec).sort());
    expect([...DATA_KEY_PAIR_SPECS].sort()).toEqual(Object.values(kms.DataKeyPairSpec).sort());
  });

  it('has its key usages', () => {
    const used = new Set(KEY_SPEC_NAMES.flatMap((spec) => Object.keys(KEY_SPECS[spec].usages)));
    expect([...used].sort()).toEqual([...USAGES].sort());
  });

  it.each([
    ['ENCRYPT_DECRYPT', kms.EncryptionAlgorithmSpec],
    ['SIGN_VERIFY', kms.SigningAlgorithmSpec],
    ['GENERATE_VERIFY_MAC', kms.MacAlgorithmSpec],
    ['KEY_AGREEMENT', kms.KeyAgreementAlgorithmSpec],
    ['ENCAPSULATE_DECAPSULATE', kms.EncapsulationAlgorithmSpec],
  ] as const)('has its algorithms of %s', (usage, spec) => {
    expect([...named(usage)].sort()).toEqual(Object.values<string>(spec).sort());
  });

  it('has its message types', () => {
    const types = new Set(Object.values(SIGNING_SCHEMES).flatMap(({ messageTypes }) => messageTypes));
    expect([...types].sort()).toEqual(Object.values(kms.MessageType).sort());
  });
});

it.each([
  ['RSA_2048', 214, 190],
  ['RSA_3072', 342, 318],
  ['RSA_4096', 470, 446],
] as const)('%s encrypts up to %i bytes with SHA-1, %i with SHA-256', (spec, sha1, sha256) => {
  expect(maxPlaintextBytes(spec, 'RSAES_OAEP_SHA_1')).toBe(sha1);
  expect(maxPlaintextBytes(spec, 'RSAES_OAEP_SHA_256')).toBe(sha256);
});

it('knows which keys have a public half', () => {
  expect(KEY_SPEC_NAMES.filter((spec) => !isAsymmetric(spec))).toEqual([
    'SYMMETRIC_DEFAULT',
    'HMAC_224',
    'HMAC_256',
    'HMAC_384',
    'HMAC_512',
  ]);
});

it('knows names of specs from other names', () => {
  expect(isKeySpec('RSA_2048')).toBe(true);
  for (const name of ['RSA_1024', 'rsa_2048', '', 'toString', '__proto__']) expect(isKeySpec(name)).toBe(false);
});

describe('the usage of a new key', () => {
  it('is by default that of a symmetric key, and must be said for others', () => {
    expect(keyUsageFor('SYMMETRIC_DEFAULT', undefined)).toBe('ENCRYPT_DECRYPT');
    for (const spec of KEY_SPEC_NAMES.filter((name) => name !== 'SYMMETRIC_DEFAULT' && name !== 'SM2')) {
      expect(() => keyUsageFor(spec, undefined)).toThrow(
        expect.objectContaining({
          reason: 'ValidationException',
          message: 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
        }),
      );
    }
  });

  it('is one that keys of the spec may have', () => {
    expect(keyUsageFor('ECC_NIST_P256', 'KEY_AGREEMENT')).toBe('KEY_AGREEMENT');
    expect(() => keyUsageFor('ECC_SECG_P256K1', 'KEY_AGREEMENT')).toThrow(
      expect.objectContaining({
        reason: 'ValidationException',
        message: 'KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_SECG_P256K1',
      }),
    );
  });

  it('is none for SM2', () => {
    expect(() => keyUsageFor('SM2', 'SIGN_VERIFY')).toThrow(expect.objectContaining({ reason: 'UnsupportedOperationException' }));
  });
});

it('refuses an operation for keys of another usage', () => {
  requireKeyUsage('arn', 'SIGN_VERIFY', 'SIGN_VERIFY', 'Sign');
  expect(() => requireKeyUsage('arn', 'ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'Sign')).toThrow(
    expect.objectContaining({
      reason: 'InvalidKeyUsageException',
      message: 'arn key usage is ENCRYPT_DECRYPT which is not valid for Sign.',
    }),
  );
});

it('refuses an algorithm that is for keys of another spec', () => {
  requireAlgorithm('RSA_2048', 'SIGN_VERIFY', 'RSASSA_PSS_SHA_256');
  expect(() => requireAlgorithm('RSA_2048', 'SIGN_VERIFY', 'ECDSA_SHA_256')).toThrow(
    expect.objectContaining({
      reason: 'InvalidKeyUsageException',
      message: 'Algorithm ECDSA_SHA_256 is incompatible with key spec RSA_2048.',
    }),
  );
});
