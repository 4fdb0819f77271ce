import type { RootKey } from './root-key';

export interface RootKeyRecords {
  /** The fingerprint of the root key that seals everything stored; if there is none yet, it becomes the offered one. */
  adopt(fingerprint: string): Promise<string>;
}

/**
 * With a root key that does not open the stored data, nothing is served or changed.
 *
 * @param sealed the name of what the root key seals, for the message
 * @throws Error that names both root keys by their fingerprints
 */
export async function requireRootKey(rootKey: RootKey, records: RootKeyRecords, sealed: string): Promise<void> {
  const inUse = await records.adopt(rootKey.fingerprint);
  if (inUse === rootKey.fingerprint) return;
  throw new Error(
    `STRONGROOM_ROOT_KEY_FILE holds another root key (fingerprint ${rootKey.fingerprint}) ` +
      `than the one that sealed the ${sealed} (fingerprint ${inUse})`,
  );
}
