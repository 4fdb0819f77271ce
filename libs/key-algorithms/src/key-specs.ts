import { invalidKeyUsage, unsupportedOperation, validationFailed } from './key-errors';

// What KMS knows of keys (2014-11-01), in its order and with its names. Code, docs and aws-gateway read it here.

export type EncryptionAlgorithm = 'SYMMETRIC_DEFAULT' | 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256' | 'SM2PKE';
export type SigningAlgorithm =
  | `RSASSA_PKCS1_V1_5_SHA_${256 | 384 | 512}`
  | `RSASSA_PSS_SHA_${256 | 384 | 512}`
  | `ECDSA_SHA_${256 | 384 | 512}`
  | 'ED25519_SHA_512'
  | 'ED25519_PH_SHA_512'
  | 'ML_DSA_SHAKE_256'
  | 'SM2DSA';
export type MacAlgorithm = `HMAC_SHA_${224 | 256 | 384 | 512}`;
export type KeyAgreementAlgorithm = 'ECDH';
export type EncapsulationAlgorithm = 'ML_KEM';

/** The algorithms that each key usage chooses from. */
export interface AlgorithmsOfUsage {
  ENCRYPT_DECRYPT: EncryptionAlgorithm;
  SIGN_VERIFY: SigningAlgorithm;
  GENERATE_VERIFY_MAC: MacAlgorithm;
  KEY_AGREEMENT: KeyAgreementAlgorithm;
  ENCAPSULATE_DECAPSULATE: EncapsulationAlgorithm;
}
export type KeyUsage = keyof AlgorithmsOfUsage;
export type MessageType = 'RAW' | 'DIGEST' | 'EXTERNAL_MU';

/** What the material of a key spec is made of. */
export type MaterialKind =
  /** Random bytes. */
  | { family: 'symmetric' | 'hmac'; bytes: number }
  | { family: 'rsa'; modulusBits: number }
  /** `curve` as OpenSSL names it; `scalarBytes`: of the private scalar, and of a coordinate. */
  | { family: 'ec'; curve: EllipticCurve; scalarBytes: number }
  | { family: 'ed25519' }
  | { family: 'ml-dsa'; parameterSet: 44 | 65 | 87 }
  | { family: 'ml-kem'; parameterSet: 512 | 768 | 1024 }
  | { family: 'sm2' };

export type EllipticCurve = 'prime256v1' | 'secp384r1' | 'secp521r1' | 'secp256k1';

export interface KeySpecDescription {
  material: MaterialKind;
  /** The usages that a key may have, and the algorithms of each. */
  usages: { readonly [Usage in KeyUsage]?: readonly AlgorithmsOfUsage[Usage][] };
  /** Whether GenerateDataKeyPair makes such pairs. */
  dataKeyPair: boolean;
}

const RSA_ENCRYPTION = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const;
const RSA_SIGNING = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const;

const hmac = (bits: 224 | 256 | 384 | 512, bytes: number): KeySpecDescription => ({
  material: { family: 'hmac', bytes },
  usages: { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] },
  dataKeyPair: false,
});

const rsa = (modulusBits: number): KeySpecDescription => ({
  material: { family: 'rsa', modulusBits },
  usages: { ENCRYPT_DECRYPT: RSA_ENCRYPTION, SIGN_VERIFY: RSA_SIGNING },
  dataKeyPair: true,
});

const nistCurve = (curve: EllipticCurve, scalarBytes: number, signing: SigningAlgorithm): KeySpecDescription => ({
  material: { family: 'ec', curve, scalarBytes },
  usages: { SIGN_VERIFY: [signing], KEY_AGREEMENT: ['ECDH'] },
  dataKeyPair: true,
});

const mlDsa = (parameterSet: 44 | 65 | 87): KeySpecDescription => ({
  material: { family: 'ml-dsa', parameterSet },
  usages: { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] },
  dataKeyPair: false,
});

const mlKem = (parameterSet: 512 | 768 | 1024): KeySpecDescription => ({
  material: { family: 'ml-kem', parameterSet },
  usages: { ENCAPSULATE_DECAPSULATE: ['ML_KEM'] },
  dataKeyPair: true,
});

const DESCRIPTIONS = {
  SYMMETRIC_DEFAULT: {
    material: { family: 'symmetric', bytes: 32 },
    usages: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
    dataKeyPair: false,
  },
  HMAC_224: hmac(224, 28),
  HMAC_256: hmac(256, 32),
  HMAC_384: hmac(384, 48),
  HMAC_512: hmac(512, 64),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: nistCurve('prime256v1', 32, 'ECDSA_SHA_256'),
  ECC_NIST_P384: nistCurve('secp384r1', 48, 'ECDSA_SHA_384'),
  ECC_NIST_P521: nistCurve('secp521r1', 66, 'ECDSA_SHA_512'),
  ECC_SECG_P256K1: {
    material: { family: 'ec', curve: 'secp256k1', scalarBytes: 32 },
    usages: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
    dataKeyPair: true,
  },
  ECC_NIST_EDWARDS25519: {
    material: { family: 'ed25519' },
    usages: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    dataKeyPair: true,
  },
  ML_DSA_44: mlDsa(44),
  ML_DSA_65: mlDsa(65),
  ML_DSA_87: mlDsa(87),
  ML_KEM_512: mlKem(512),
  ML_KEM_768: mlKem(768),
  ML_KEM_1024: mlKem(1024),
  // AWS has it in China only. It is known here, and refused.
  SM2: {
    material: { family: 'sm2' },
    usages: { ENCRYPT_DECRYPT: ['SM2PKE'], SIGN_VERIFY: ['SM2DSA'], KEY_AGREEMENT: ['ECDH'] },
    dataKeyPair: true,
  },
} satisfies Record<string, KeySpecDescription>;

export type KeySpec = keyof typeof DESCRIPTIONS;
/** A spec that GenerateDataKeyPair takes. */
export type DataKeyPairSpec = Exclude<KeySpec, 'SYMMETRIC_DEFAULT' | `HMAC_${string}` | `ML_DSA_${string}`>;

export const KEY_SPECS: { readonly [Spec in KeySpec]: KeySpecDescription } = DESCRIPTIONS;
export const KEY_SPEC_NAMES = Object.keys(KEY_SPECS) as readonly KeySpec[];
export const DATA_KEY_PAIR_SPECS = KEY_SPEC_NAMES.filter((spec) => KEY_SPECS[spec].dataKeyPair) as DataKeyPairSpec[];

/** Bytes of the longest message of Sign, Verify, GenerateMac and VerifyMac, and of the longest plaintext of Encrypt. */
export const MAX_MESSAGE_BYTES = 4096;

/** Bytes of the longest plaintext of Encrypt: RFC 8017, 7.1.1 for RSA. */
export function maxPlaintextBytes(spec: KeySpec, algorithm: EncryptionAlgorithm): number {
  if (KEY_SPECS[spec].material.family !== 'rsa') return MAX_MESSAGE_BYTES;
  return modulusBytes(spec) - 2 - 2 * (algorithm === 'RSAES_OAEP_SHA_1' ? 20 : 32);
}

/** Bytes of an RSA ciphertext or signature. @throws RangeError for a spec that is not RSA */
export function modulusBytes(spec: KeySpec): number {
  const { material } = KEY_SPECS[spec];
  if (material.family !== 'rsa') throw new RangeError(`${spec} has no modulus`);
  return material.modulusBits / 8;
}

export function isKeySpec(name: string): name is KeySpec {
  return Object.hasOwn(KEY_SPECS, name);
}

/** Whether keys of this spec have a public key. */
export function isAsymmetric(spec: KeySpec): boolean {
  const { family } = KEY_SPECS[spec].material;
  return family !== 'symmetric' && family !== 'hmac';
}

/** The algorithms that DescribeKey and GetPublicKey list for a key; none if keys of the spec never have this usage. */
export function algorithmsOf<Usage extends KeyUsage>(spec: KeySpec, usage: Usage): readonly AlgorithmsOfUsage[Usage][] {
  return KEY_SPECS[spec].usages[usage] ?? [];
}

/**
 * The usage of a new key. Only a symmetric encryption key may leave it out.
 *
 * @throws DomainError ValidationException; UnsupportedOperationException for SM2
 */
export function keyUsageFor(spec: KeySpec, requested: KeyUsage | undefined): KeyUsage {
  requireSupported(spec);
  if (requested === undefined) {
    if (spec === 'SYMMETRIC_DEFAULT') return 'ENCRYPT_DECRYPT';
    throw validationFailed('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.');
  }
  if (!KEY_SPECS[spec].usages[requested]) throw validationFailed(`KeyUsage ${requested} is not compatible with KeySpec ${spec}`);
  return requested;
}

/**
 * @param key its ARN, for the message
 * @param operation KMS's name of what the caller asked for, such as Sign
 * @throws DomainError InvalidKeyUsageException if the operation is not for keys of this usage
 */
export function requireKeyUsage(key: string, usage: KeyUsage, required: KeyUsage, operation: string): void {
  if (usage !== required) throw invalidKeyUsage(`${key} key usage is ${usage} which is not valid for ${operation}.`);
}

/** @throws DomainError InvalidKeyUsageException if keys of the spec do not have the algorithm */
export function requireAlgorithm<Usage extends KeyUsage>(spec: KeySpec, usage: Usage, algorithm: AlgorithmsOfUsage[Usage]): void {
  if (!algorithmsOf(spec, usage).includes(algorithm)) {
    throw invalidKeyUsage(`Algorithm ${algorithm} is incompatible with key spec ${spec}.`);
  }
}

/** @throws DomainError UnsupportedOperationException for SM2 */
export function requireSupported(spec: KeySpec): void {
  if (spec === 'SM2') throw unsupportedOperation('The SM2 key spec is not supported. AWS KMS has it in China Regions only.');
}
