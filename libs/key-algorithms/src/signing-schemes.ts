import type { MessageType, SigningAlgorithm } from './key-specs';

export interface Hash {
  /** As OpenSSL names it. */
  name: 'sha256' | 'sha384' | 'sha512';
  bytes: number;
}

/** How an algorithm signs, apart from the key. */
export type Scheme =
  | { name: 'pkcs1' | 'pss' | 'ecdsa'; hash: Hash; messageTypes: readonly MessageType[] }
  | { name: 'ed25519' | 'ed25519ph' | 'ml-dsa'; messageTypes: readonly MessageType[]; hash?: undefined };

export type HashingScheme = Extract<Scheme, { hash: Hash }>;

const SHA_256: Hash = { name: 'sha256', bytes: 32 };
const SHA_384: Hash = { name: 'sha384', bytes: 48 };
const SHA_512: Hash = { name: 'sha512', bytes: 64 };

const hashing = (name: HashingScheme['name'], hash: Hash): HashingScheme => ({ name, hash, messageTypes: ['RAW', 'DIGEST'] });

export const SIGNING_SCHEMES: Readonly<Record<Exclude<SigningAlgorithm, 'SM2DSA'>, Scheme>> = {
  RSASSA_PKCS1_V1_5_SHA_256: hashing('pkcs1', SHA_256),
  RSASSA_PKCS1_V1_5_SHA_384: hashing('pkcs1', SHA_384),
  RSASSA_PKCS1_V1_5_SHA_512: hashing('pkcs1', SHA_512),
  RSASSA_PSS_SHA_256: hashing('pss', SHA_256),
  RSASSA_PSS_SHA_384: hashing('pss', SHA_384),
  RSASSA_PSS_SHA_512: hashing('pss', SHA_512),
  ECDSA_SHA_256: hashing('ecdsa', SHA_256),
  ECDSA_SHA_384: hashing('ecdsa', SHA_384),
  ECDSA_SHA_512: hashing('ecdsa', SHA_512),
  ED25519_SHA_512: { name: 'ed25519', messageTypes: ['RAW'] },
  // KMS hashes the digest once more: its caller's digest is the message of RFC 8032's Ed25519ph.
  ED25519_PH_SHA_512: { name: 'ed25519ph', messageTypes: ['DIGEST'] },
  ML_DSA_SHAKE_256: { name: 'ml-dsa', messageTypes: ['RAW', 'EXTERNAL_MU'] },
};

/** Bytes of Ed25519ph's digest, and of ML-DSA's message representative μ. */
export const LONG_DIGEST_BYTES = 64;
