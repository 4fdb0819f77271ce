import type { RootKey } from '@strongroom/envelope';

export interface RootKeyRecords {
  /** The fingerprint of the root key that everything stored is sealed by; where there is none yet, it becomes the one offered. */
  adopt(fingerprint: string): Promise<string>;
}

/** Nothing is served, and nothing changed, with a root key that does not open what is stored. */
export async function requireRootKey(rootKey: RootKey, records: RootKeyRecords): Promise<void> {
  const inUse = await records.adopt(rootKey.fingerprint);
  if (inUse === rootKey.fingerprint) return;
  throw new Error(
    `STRONGROOM_ROOT_KEY_FILE holds another root key (fingerprint ${rootKey.fingerprint}) ` +
      `than the one that sealed the access keys (fingerprint ${inUse})`,
  );
}
