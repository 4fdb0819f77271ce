import {
  authenticator,
  Authorizer,
  countedBy,
  grpcPrincipalDirectory,
  PrincipalView,
  serviceUriPrefix,
} from '@strongroom/access';
import type { PrincipalSource } from '@strongroom/access';
import { auditing, createJournal, recordRefusals, type AuditRecorder } from '@strongroom/audit-trail';
import { systemClock, type Clock } from '@strongroom/clock';
import { PrincipalDirectoryServiceClient } from '@strongroom/contracts/strongroom/identity/v1/identity';
import {
  RotationFunctionDirectoryServiceService,
  RotationServiceService,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { RotationRequestServiceClient } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { createDataSource, createHotPool, openDataSource } from '@strongroom/database';
import { connect, createServer } from '@strongroom/grpc-kit';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import { RotationRequestClient } from './clients/rotation-request.client';
import { type SecretAccess, secretAccessClient } from './clients/secret-access.client';
import type { RotationWorkerConfig } from './config';
import type { BuiltInFunction } from '@strongroom/rotation-functions';
import { RunControl } from './domain/run-control';
import type { RotationRequests } from './domain/rotation-request.port';
import type { RotationValues } from './domain/rotation-values.port';
import { startEngine } from './engine';
import { builtInFunctions } from '@strongroom/rotation-functions';
import { directoryHandlers, rotationHandlers } from './handlers';
import { ClusterEndpoints } from '@strongroom/egress';
import { CheckedNetwork, resolveBySystem, type TargetNetwork } from '@strongroom/egress';
import { peerPolicy, readOnlyOperations, unaudited } from './peer-policy';
import { entities } from './persistence/schema';
import { SqlFunctionStore } from './persistence/sql-function.store';
import { SqlRunHistory } from './persistence/sql-run-history';

const SERVICE = 'rotation-worker';
/** The history has as many writers at a time as steps end in one turn of the event loop: few. */
const POOL_SIZE = 6;

export interface RunningRotationWorker {
  readonly port: number;
  /** Ends without dropping a call; steps under way get `graceMs` to end, and go to another worker otherwise. */
  stop(graceMs: number): Promise<void>;
}

/** What the worker takes from around it; tests bring their own. */
export interface Surroundings {
  clock: Clock;
  random: RandomSource;
  logger: Logger;
  metrics: Metrics;
  principals: PrincipalSource;
  recorder: AuditRecorder;
  requests: RotationRequests;
  values: RotationValues;
  access: SecretAccess;
  builtIns: readonly BuiltInFunction[];
  /** The way to functions that people have registered. */
  network: TargetNetwork;
  /** In front of the queue's keys in Redis; default: the one of libs/jobs. */
  queuePrefix?: string;
}

/** Starts the worker with its real surroundings. @throws when a store is away */
export const startRotationWorker = async (config: RotationWorkerConfig): Promise<RunningRotationWorker> => {
  const logger = createLogger({ service: SERVICE, level: config.logLevel, logFile: config.logFile });
  const metrics = new Metrics({ service: SERVICE });
  const network = new CheckedNetwork(config.egress.rules, new ClusterEndpoints(config.egress.cluster, resolveBySystem));
  const journal = createJournal({ redis: config.redis, logger });
  const peer = (name: string, address: string) => ({
    address,
    tls: config.tls,
    service: SERVICE,
    serverUri: `${serviceUriPrefix(config.trustDomain)}${name}`,
  });
  const directory = connect(PrincipalDirectoryServiceClient, peer('identity-service', config.identityAddress));
  const secrets = connect(RotationRequestServiceClient, peer('secrets-api', config.secretsApiAddress));
  const principals = new PrincipalView({ directory: grpcPrincipalDirectory(directory), ...config });
  const requests = new RotationRequestClient(secrets);
  await journal.connect();
  const worker = await serveRotation(config, {
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics,
    principals,
    recorder: journal,
    requests,
    values: requests,
    access: secretAccessClient(secrets),
    builtIns: builtInFunctions(network),
    network,
  });
  const metricsServer = await startMetricsServer({
    metrics,
    listen: config.metricsListen,
    isHealthy: () => worker.health.isServing,
  });
  logger.info('serving', { port: worker.port });
  return {
    port: worker.port,
    async stop(graceMs) {
      await worker.stop(graceMs);
      principals.close();
      directory.close();
      secrets.close();
      await Promise.all([journal.close(), metricsServer.close()]);
    },
  };
};

type ServiceSettings = Pick<
  RotationWorkerConfig,
  'accountId' | 'database' | 'listen' | 'redis' | 'region' | 'steps' | 'tls' | 'trustDomain'
>;

/** The worker proper: its database, its steps, its scan, its handlers, its port. */
export const serveRotation = async (
  config: ServiceSettings,
  surroundings: Surroundings,
): Promise<RunningRotationWorker & { health: { readonly isServing: boolean } }> => {
  const { clock, random, logger, metrics, principals, recorder, requests, access } = surroundings;
  const { accountId, region } = config;
  const dataSource = await openDataSource(createDataSource({ database: config.database, entities, poolSize: POOL_SIZE }));
  const pool = createHotPool(config.database);
  const history = new SqlRunHistory(pool);
  const store = new SqlFunctionStore(dataSource);
  const engine = startEngine(config, { ...surroundings, history, store });
  const { functions, queue } = engine;

  const trail = { recorder, eventSource: eventSourceOf, clock, random, region, accountId };
  const refusals = recordRefusals({ ...trail, logger });
  const dependencies = {
    access,
    authorizer: new Authorizer({ region, clock }),
    principals,
    history,
    control: new RunControl({ requests, history, functions, queue }),
    functions,
    store,
    clock,
    region,
    builtInTimeoutMs: config.steps.builtInTimeoutMs,
  };
  const server = await createServer({
    service: SERVICE,
    listen: config.listen,
    tls: config.tls,
    trustDomain: config.trustDomain,
    services: [
      { definition: RotationServiceService, handlers: rotationHandlers(dependencies) },
      { definition: RotationFunctionDirectoryServiceService, handlers: directoryHandlers(dependencies) },
    ],
    peerPolicy,
    authenticate: authenticator(principals),
    ...countedBy,
    around: [auditing({ ...trail, readOnlyOperations, unaudited })],
    onRefused: refusals.onRefused,
    logger,
    metrics,
  });
  return {
    port: server.port,
    health: server.health,
    async stop(graceMs) {
      await Promise.all([server.drain(graceMs), engine.stop(graceMs)]);
      await refusals.close();
      await Promise.all([pool.close(), dataSource.destroy()]);
    },
  };
};

/** Functions are Lambda's, rotations Secrets Manager's. */
const eventSourceOf = (operation: string): string =>
  operation.endsWith('Function') || operation.endsWith('Functions') ? 'lambda.amazonaws.com' : 'secretsmanager.amazonaws.com';
