import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem1024, ml_kem512, ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { MaterialKind } from './key-specs';

// ML-DSA (FIPS 204) and ML-KEM (FIPS 203), which Node 20 does not have. What their private keys rest as is the seed, from which
// the rest follows: docs/adr/0018-key-material.md.

const ML_DSA = { 44: ml_dsa44, 65: ml_dsa65, 87: ml_dsa87 };
const ML_KEM = { 512: ml_kem512, 768: ml_kem768, 1024: ml_kem1024 };

export type LatticeKind = Extract<MaterialKind, { family: 'ml-dsa' | 'ml-kem' }>;

export const mlDsaOf = ({ parameterSet }: Extract<MaterialKind, { family: 'ml-dsa' }>) => ML_DSA[parameterSet];
export const mlKemOf = ({ parameterSet }: Extract<MaterialKind, { family: 'ml-kem' }>) => ML_KEM[parameterSet];

const latticeOf = (kind: LatticeKind) => (kind.family === 'ml-dsa' ? mlDsaOf(kind) : mlKemOf(kind));

export function isLattice(kind: MaterialKind): kind is LatticeKind {
  return kind.family === 'ml-dsa' || kind.family === 'ml-kem';
}

/** The tag of a seed in PrivateKeyInfo: [0] IMPLICIT OCTET STRING, the first choice of RFC 9881 and RFC 9935. */
export const SEED = 0x80;

/** ξ of ML-DSA, d ‖ z of ML-KEM. */
export const seedBytes = (kind: LatticeKind): number => (kind.family === 'ml-dsa' ? 32 : 64);

export const publicKeyBytes = (kind: LatticeKind): number => latticeOf(kind).lengths.publicKey!;

export interface ExpandedKey {
  /** FIPS 203's dk, FIPS 204's sk. */
  secretKey: Uint8Array;
  publicKey: Uint8Array;
}

export function expandSeed(kind: LatticeKind, seed: Uint8Array): ExpandedKey {
  return latticeOf(kind).keygen(seed);
}
