import { ed25519ph } from '@noble/curves/ed25519.js';
import { forget } from '@strongroom/envelope';
import type { PrivateKey } from './private-key';
import type { PublicKey } from './public-key';

// Ed25519ph (RFC 8032, 5.1) with an empty context, which OpenSSL has from version 3.2 and Node not at all.

export function signEd25519ph(key: PrivateKey, message: Uint8Array): Buffer {
  const seed = key.scalar();
  try {
    return Buffer.from(ed25519ph.sign(message, seed));
  } finally {
    forget(seed);
  }
}

export function verifyEd25519ph(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  // Without ZIP 215's leniency: each signature has one encoding.
  return ed25519ph.verify(signature, message, key.raw, { zip215: false });
}
