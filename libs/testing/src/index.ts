export { sharedServers, startSharedServers, type SharedServers } from './shared-servers';
export { temporaryDirectory } from './temporary-directory';
export { createTestDatabase, type TestDatabase, type TestDatabaseUser } from './test-database';
export { TestPki } from './test-pki';
export { createTestRedis, type TestRedis } from './test-redis';
