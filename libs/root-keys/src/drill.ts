import type { ProviderIdentity } from './identity';
import { openRootKeysOf } from './open';
import type { Provider } from './provider';
import { openEveryRow, type SealedTable } from './sealed-table';
import type { RootKeyStore } from './store';

export interface DrillReport {
  readonly provider: string;
  /** Fingerprints of the root keys that it opens: all that are in use. */
  readonly rootKeys: readonly string[];
  /** Rows that opened, by table. */
  readonly opened: Readonly<Record<string, number>>;
}

/**
 * Proves that a provider alone opens the root keys, and that these open every sealed row. Writes nothing but the date.
 *
 * @param identity the provider's; it is erased
 * @throws Error that names what does not open
 */
export async function drill(
  store: RootKeyStore,
  tables: readonly SealedTable[],
  provider: Provider,
  identity: ProviderIdentity,
): Promise<DrillReport> {
  const rootKeys = await openRootKeysOf(store, provider, identity);
  const { fingerprints } = rootKeys;
  const opened: Record<string, number> = {};
  const failed: string[] = [];
  for (const table of tables) {
    const outcome = await openEveryRow(store, table, rootKeys);
    opened[table.name] = outcome.opened;
    failed.push(...outcome.failed);
  }
  for (const fingerprint of fingerprints) rootKeys.find(fingerprint)?.forget();
  if (failed.length > 0) {
    const some = failed.slice(0, 10).join(', ');
    throw new Error(`${failed.length} rows do not open: ${some}${failed.length > 10 ? ', …' : ''}`);
  }
  await store.drilled(provider.name);
  return { provider: provider.name, rootKeys: fingerprints, opened };
}
