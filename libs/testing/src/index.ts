export { scanForCanaries, type CanaryFinding } from './canary-scan';
export { describeWith } from './describe-with';
export { sharedServers, startSharedServers, type SharedServers } from './shared-servers';
export { SshServer } from './ssh.server';
export { temporaryDirectory } from './temporary-directory';
export { startTestCluster, type TestCluster } from './test-cluster';
export { createTestDatabase, type TestDatabase, type TestDatabaseUser } from './test-database';
export { TestPki } from './test-pki';
export { createTestRedis, type TestRedis } from './test-redis';
