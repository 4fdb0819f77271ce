export { readRootKeyConfig, type RootKeyConfig } from './config';
export { RootKeyKeeper } from './keeper';
export { COUNT_HOLDS_OF_ROOT_KEYS, dropRootKeyTables, rootKeyTables, tieToRootKey } from './schema';
export { rootKeyTask } from './task';
export type { SealedRow, SealedTable } from './sealed-table';
export { holdRootKeys, openRootKeysOnce, type HeldRootKeys } from './hold';
