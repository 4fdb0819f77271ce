import type { RootKey } from '@strongroom/envelope';

export interface RootKeyRecords {
  /** The fingerprint of the root key that seals everything stored; if there is none yet, it becomes the offered one. */
  adopt(fingerprint: string): Promise<string>;
}

/** With a root key that does not open the stored data, nothing is served or changed. */
export async function requireRootKey(rootKey: RootKey, records: RootKeyRecords): Promise<void> {
  const inUse = await records.adopt(rootKey.fingerprint);
  if (inUse === rootKey.fingerprint) return;
  throw new Error(
    `STRONGROOM_ROOT_KEY_FILE holds another root key (fingerprint ${rootKey.fingerprint}) ` +
      `than the one that sealed the access keys (fingerprint ${inUse})`,
  );
}
