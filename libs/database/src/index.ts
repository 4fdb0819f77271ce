export type { DatabaseConfig } from './database-config';
export { BatchedLookup, type BatchedLookupOptions } from './batched-lookup';
export { openDataSource, type DataSourceSettings } from './data-source';
export { isCollision, isConnectionLost, isDuplicateKey, isReferenced } from './driver-errors';
export { createHotPool, openHotPool, type HotPool, type QueryOptions, type Statements } from './hot-pool';
export { migrateSchema } from './migrate-schema';
export { padded } from './padded';
export { questionMarks } from './question-marks';
export { inTransaction, type TransactionOptions } from './transaction';
