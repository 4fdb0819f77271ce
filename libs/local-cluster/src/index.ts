export {
  CertificateAuthority,
  serviceCertificate,
  serviceUri,
  userUri,
  type CertificateFiles,
  type CertificateRequest,
  type IssuedCertificate,
} from './pki/certificate-authority';
export { findFreePorts, isPortFree } from './ports';
export {
  makePrivateDirectory,
  provideRootKeyFile,
  randomPassword,
  readOrCreatePrivateFile,
  writePrivateFile,
} from './private-files';
export { BackgroundProcess, stopRecorded, type BackgroundProcessOptions } from './processes/background-process';
export { identify, isRunning, readIdentity, type ProcessIdentity } from './processes/process-identity';
export { cpuBetween, type Processes, type Usage, usageOfAll, usedBetween } from './processes/process-usage';
export { baseEnvironment, findBinary, isInstalled } from './servers/binaries';
export {
  connectAsAdministrator,
  databaseSettings,
  MariaDbServer,
  type DatabaseAdministrator,
  type MariaDbOptions,
} from './servers/mariadb.server';
export { GALERA_PORTS, GaleraCluster, galeraProvider, galeraSettings, type GaleraOptions } from './servers/galera.cluster';
export { PostgresServer, type PostgresOptions } from './servers/postgres.server';
export { connectToRedis, redisConfiguration, RedisServer, type RedisEndpoint, type RedisOptions } from './servers/redis.server';
export {
  sentinelConfiguration,
  SentinelServer,
  type SentinelConfiguration,
  type SentinelOptions,
} from './servers/sentinel.server';
export {
  groupMember,
  REDIS_GROUP,
  REDIS_GROUP_PORTS,
  RedisServerGroup,
  replicatedWrites,
  SENTINEL_USER,
  type RedisGroupOptions,
  type RedisGroupPart,
} from './servers/redis.group';
export type { LocalClusterOptions, Program, Programs } from './cluster/cluster-description';
export { isOwned, LocalCluster, type AdminCredentials } from './cluster/local-cluster';
export { DatabaseUsers, migrationUser, type HostOf } from './cluster/database-users';
export { RedisUsers } from './cluster/redis-users';
export { DescribedCluster, type ReachableCluster } from './cluster/described-cluster';
export { writeEnvironmentFile } from './cluster/environment-file';
export { TRUST_DOMAIN } from './cluster/service-environment';
export * from './layout';
export { stopCluster } from './cluster/stop-cluster';
export { superviseCluster } from './cluster/supervision';
export { backupCluster, type BackupOptions, intoNewFolder } from './backup/backup-cluster';
export { BackupError, checkFiles, describeFiles, type Manifest, readManifest } from './backup/manifest';
export { hasCluster, type Restored, restoreCluster, type RestoreOptions } from './backup/restore-cluster';
export { type RootKeySource } from './backup/root-key-files';
export { verifyBackup, type VerifyOptions } from './backup/verify-backup';
