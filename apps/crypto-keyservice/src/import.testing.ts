import { wrap } from '@strongroom/key-import/testing';
import type { Keys } from './server.testing';

export const FOR_GOOD = { expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };
export const OAEP = 'RSAES_OAEP_SHA_256';

export type Import = Partial<Parameters<Keys['importKeyMaterial']>[0]>;
export type Algorithm = Parameters<typeof wrap>[1];

/** What a caller does who imports material. */
export async function importMaterial(
  keys: Keys,
  keyId: string,
  material: Buffer,
  request: Import = FOR_GOOD,
  wrappingAlgorithm: Algorithm = OAEP,
) {
  const parameters = { keyId, wrappingAlgorithm, wrappingKeySpec: 'RSA_2048' };
  const { importToken, publicKey } = await keys.getParametersForImport(parameters);
  const encryptedKeyMaterial = wrap(publicKey, wrappingAlgorithm, material);
  return keys.importKeyMaterial({ keyId, importToken, encryptedKeyMaterial, ...request });
}
