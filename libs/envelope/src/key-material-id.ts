import { keyIdBytes } from './key-blob';
import { ExpandLabel, deriveKey } from './primitives';

/**
 * KMS's KeyMaterialId: the same for the same material of the same key, whenever it is imported, and unrelated for different keys.
 * docs/adr/0002-ciphertext-formats.md says what it reveals.
 *
 * @param keyId UUID, lower case
 * @param material in the one form in which it is stored, of whatever key spec
 * @returns 64 hex digits
 */
export function keyMaterialIdOf({ keyId }: { keyId: string }, material: Uint8Array): string {
  return deriveKey(material, keyIdBytes(keyId), LABEL).toString('hex');
}

const LABEL = new ExpandLabel('strongroom/key-material-id/v1');
