import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import type { WrappingAlgorithm } from './wrapping';

/** Encrypts key material as somebody does who imports it. */
export function wrap(
  publicKey: Buffer,
  algorithm: WrappingAlgorithm,
  material: Buffer,
  aesKey: Buffer = randomBytes(32),
): Buffer {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
  const encrypt = (bytes: Buffer) => publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  if (algorithm.startsWith('RSAES')) return encrypt(material);
  return Buffer.concat([encrypt(aesKey), wrapWithAes(aesKey, material)]);
}

export function wrapWithAes(aesKey: Buffer, material: Buffer): Buffer {
  const cipher = createCipheriv(`id-aes${aesKey.length * 8}-wrap-pad`, aesKey, Buffer.from('a65959a6', 'hex'));
  return Buffer.concat([cipher.update(material), cipher.final()]);
}
