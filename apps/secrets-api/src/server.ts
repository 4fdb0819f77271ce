import {
  authenticator,
  Authorizer,
  countedBy,
  grpcPrincipalDirectory,
  PrincipalView,
  serviceUriPrefix,
  PolicyCache,
} from '@strongroom/access';
import type { PrincipalSource } from '@strongroom/access';
import { auditing, createJournal, EventIds, recordRefusals, type AuditRecorder } from '@strongroom/audit-trail';
import { systemClock, type Clock } from '@strongroom/clock';
import { PrincipalDirectoryServiceClient } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { RotationFunctionDirectoryServiceClient } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { RotationRequestServiceService } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { DataKeyServiceClient } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { SecretsServiceService } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { createHotPool, openHotPool } from '@strongroom/database';
import { connect, createServer } from '@strongroom/grpc-kit';
import { createJobQueue, rotationStepJob, startJobWorker } from '@strongroom/jobs';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import { AuditedRotations } from './audit/audited-rotations';
import { ServiceEvents } from './audit/service-events';
import { DataKeyClient } from './clients/data-key.client';
import { RotationFunctionClient } from './clients/rotation-function.client';
import type { SecretsApiConfig } from './config';
import type { DataKeys } from './domain/data-keys.port';
import { RotationLedger } from './domain/rotation/rotation-ledger';
import type { RotationFunctions } from './domain/rotation/rotation-ports';
import { RotationRequests } from './domain/rotation/rotation-requests';
import { RotationStarter } from './domain/rotation/rotation-starter';
import { SecretLifecycle } from './domain/secret-lifecycle';
import { SecretVault } from './domain/secret-vault';
import { SecretWriter } from './domain/secret-writer';
import { ValueReader } from './domain/value-reader';
import { secretsHandlers } from './handlers';
import { rotationRequestHandlers } from './handlers/rotation-requests';
import { SecretAccess } from './handlers/secret-access';
import { eventNames, peerPolicy, readOnlyOperations, unauditedOperations } from './peer-policy';
import { HotSecretReader } from './persistence/hot-secret.reader';
import { SqlRotationRequestReader } from './persistence/rotation-request.reader';
import { SqlAccessLog } from './persistence/sql-access-log';
import { SqlSecretStore } from './persistence/sql-secret.store';
import { purgeJob } from './workers/purge.job';
import { purgeProcessor } from './workers/purge.processor';
import { PurgeScan } from './workers/purge.scan';
import { QueuedPurgeSchedule } from './workers/purge-schedule';
import { QueuedRotations } from './workers/queued-rotations';

const SERVICE = 'secrets-api';
/** Transactions at one time. Those that commit together share a sync of the database's log. */
const WRITERS = 16;
const EVENT_SOURCE = 'secretsmanager.amazonaws.com';

export interface RunningSecretsApi {
  readonly port: number;
  /** Ends without dropping a call, within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** What the service takes from around it; tests bring their own. */
export interface Surroundings {
  clock: Clock;
  random: RandomSource;
  logger: Logger;
  metrics: Metrics;
  principals: PrincipalSource;
  recorder: AuditRecorder;
  dataKeys: DataKeys;
  rotationFunctions: RotationFunctions;
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
  /** In front of the queues' keys in Redis; default: the one of libs/jobs. */
  queuePrefix?: string;
}

/** Starts the service with its real surroundings. @throws when a store is away */
export async function startSecretsApi(config: SecretsApiConfig): Promise<RunningSecretsApi> {
  const logger = createLogger({ service: SERVICE, level: config.logLevel, logFile: config.logFile });
  const metrics = new Metrics({ service: SERVICE });
  const journal = createJournal({ redis: config.redis, logger });
  const peer = (name: string, address: string) => ({
    address,
    tls: config.tls,
    service: SERVICE,
    serverUri: `${serviceUriPrefix(config.trustDomain)}${name}`,
  });
  const directory = connect(PrincipalDirectoryServiceClient, peer('identity-service', config.identityAddress));
  const keyservice = connect(DataKeyServiceClient, peer('crypto-keyservice', config.keyserviceAddress));
  const rotation = connect(RotationFunctionDirectoryServiceClient, peer('rotation-worker', config.rotationAddress));
  const principals = new PrincipalView({ directory: grpcPrincipalDirectory(directory), ...config });
  const dataKeys = new DataKeyClient(keyservice, systemRandom);
  await journal.connect();
  const surroundings = {
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics,
    principals,
    recorder: journal,
    dataKeys,
    rotationFunctions: new RotationFunctionClient(rotation),
  };
  const service = await serveSecrets(config, surroundings);
  const metricsServer = await startMetricsServer({
    metrics,
    listen: config.metricsListen,
    isHealthy: () => service.health.isServing,
  });
  logger.info('serving', { port: service.port });
  return {
    port: service.port,
    async stop(graceMs) {
      await service.stop(graceMs);
      dataKeys.close();
      principals.close();
      directory.close();
      keyservice.close();
      rotation.close();
      await Promise.all([journal.close(), metricsServer.close()]);
    },
  };
}

/** The service proper: its database, its handlers, its purges, its port. */
export async function serveSecrets(
  config: Pick<SecretsApiConfig, 'accountId' | 'database' | 'listen' | 'redis' | 'region' | 'tls' | 'trustDomain'>,
  surroundings: Surroundings,
): Promise<RunningSecretsApi & { health: { readonly isServing: boolean }; purgeScan: PurgeScan; accesses: SqlAccessLog }> {
  const { clock, random, logger, metrics, principals, recorder, dataKeys } = surroundings;
  const { accountId, region } = config;
  const reads = await openHotPool(config.database);
  // Of their own, so that no read waits for a write that waits for a lock.
  const writes = createHotPool(config.database, { poolSize: WRITERS });

  const reader = new HotSecretReader(reads);
  const store = new SqlSecretStore(writes, logger);
  const accesses = new SqlAccessLog(writes, clock, logger);
  const vault = new SecretVault(dataKeys, random);
  const events = new ServiceEvents({ recorder, eventIds: new EventIds(clock, random), clock, random, region });
  const rotationTrail = new AuditedRotations(events);
  const ledger = new RotationLedger(clock, rotationTrail);
  const lifecycle = new SecretLifecycle(store, ledger, clock);
  const rotations = new RotationStarter(reader, store, vault, ledger, rotationTrail, clock, random);
  const { authorizer = new Authorizer({ region, clock }) } = surroundings;

  const jobs = { redis: config.redis, prefix: surroundings.queuePrefix, logger };
  const queue = createJobQueue(purgeJob, jobs);
  const purges = new QueuedPurgeSchedule(queue, logger);
  const worker = startJobWorker(purgeJob, { ...jobs, process: purgeProcessor({ lifecycle, events }) });
  const rotationQueue = createJobQueue(rotationStepJob, jobs);
  const purgeScan = new PurgeScan(store, purges, clock, logger);
  purgeScan.start();

  const trail = { recorder, eventSource: EVENT_SOURCE, clock, random, region, accountId };
  const refusals = recordRefusals({ ...trail, logger });
  const access = new SecretAccess(reader, authorizer, new PolicyCache(), region);
  const values = new ValueReader(vault, accesses);
  const server = await createServer({
    service: SERVICE,
    listen: config.listen,
    tls: config.tls,
    trustDomain: config.trustDomain,
    services: [
      {
        definition: SecretsServiceService,
        handlers: secretsHandlers({
          access,
          authorizer,
          values,
          accesses,
          writer: new SecretWriter(reader, store, vault, ledger, clock),
          lifecycle,
          store,
          rotations,
          rotationFunctions: surroundings.rotationFunctions,
          rotationQueue: new QueuedRotations(rotationQueue, logger),
          clock,
          random,
          region,
        }),
      },
      {
        definition: RotationRequestServiceService,
        handlers: rotationRequestHandlers({
          requests: new RotationRequests(reader, new SqlRotationRequestReader(reads), store, vault, ledger, clock),
          rotations,
          store,
          values,
          access,
          principals,
          naming: { trustDomain: config.trustDomain, accountId },
          clock,
          logger,
        }),
      },
    ],
    peerPolicy,
    authenticate: authenticator(principals),
    ...countedBy,
    around: [auditing({ ...trail, readOnlyOperations, eventNames, unaudited: unauditedOperations })],
    onRefused: refusals.onRefused,
    logger,
    metrics,
  });
  return {
    port: server.port,
    health: server.health,
    purgeScan,
    accesses,
    async stop(graceMs) {
      await server.drain(graceMs);
      await Promise.all([refusals.close(), purgeScan.stop(), worker.close()]);
      await Promise.all([queue.close(), rotationQueue.close(), accesses.close()]);
      await Promise.all([reads.close(), writes.close()]);
    },
  };
}
