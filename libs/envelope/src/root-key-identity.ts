import { forget } from './forget';
import { deriveKey, ExpandLabel, KEY_LENGTH } from './primitives';
import type { RootKey } from './root-key';

/**
 * The 32 bytes of the age identity that a file has whose text was the root key itself, before root keys had providers. One way:
 * the identity reveals nothing of the root key.
 */
export function identityOfRootKey(rootKey: RootKey): Buffer {
  const bytes = rootKey.copyBytes();
  try {
    return deriveKey(bytes, NO_SALT, IDENTITY_LABEL);
  } finally {
    forget(bytes);
  }
}

const NO_SALT = Buffer.alloc(KEY_LENGTH);
const IDENTITY_LABEL = new ExpandLabel('strongroom/root-key/identity/v1');
