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
export { makePrivateDirectory, randomPassword, readOrCreatePrivateFile, writePrivateFile } from './private-files';
export { BackgroundProcess, stopRecorded, type BackgroundProcessOptions } from './processes/background-process';
export { identify, isRunning, readIdentity, type ProcessIdentity } from './processes/process-identity';
export { connectAsAdministrator, MariaDbServer, type DatabaseAdministrator, type MariaDbOptions } from './servers/mariadb.server';
export { connectToRedis, RedisServer, type RedisEndpoint, type RedisOptions } from './servers/redis.server';
export { isOwned, LocalCluster, type AdminCredentials, type LocalClusterOptions } from './cluster/local-cluster';
export { serviceNames, type ComponentName, type ServiceName } from './cluster/services';
export { stopCluster } from './cluster/stop-cluster';
export { superviseCluster } from './cluster/supervision';
