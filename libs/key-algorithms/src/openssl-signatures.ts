import { constants, sign, verify, type KeyObject } from 'node:crypto';
import type { Scheme } from './signing-schemes';

// With a callback Node signs and verifies in libuv's threads.

export function signMessage(key: KeyObject, scheme: Scheme, message: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    sign(scheme.hash?.name, message, optionsOf(key, scheme), (error, signature) => (error ? reject(error) : resolve(signature))),
  );
}

export function verifyMessage(key: KeyObject, scheme: Scheme, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) =>
    verify(scheme.hash?.name, message, optionsOf(key, scheme), signature, (error, valid) =>
      error ? reject(error) : resolve(valid),
    ),
  );
}

function optionsOf(key: KeyObject, { name }: Scheme) {
  switch (name) {
    case 'pkcs1':
      return { key, padding: constants.RSA_PKCS1_PADDING };
    case 'pss':
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    case 'ecdsa':
      return { key, dsaEncoding: 'der' as const };
    default:
      return { key };
  }
}
