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
import { DataKeyServiceService, KeyServiceService } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { createDataSource, createHotPool, openDataSource } from '@strongroom/database';
import { connect, createServer } from '@strongroom/grpc-kit';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import { recordDefaultKey } from './clients/default-key-events';
import type { KeyserviceConfig } from './config';
import { DefaultKeys, trailKey } from './domain/default-keys';
import { KeyFactory } from './domain/key-factory';
import { KeyRing } from './domain/key-ring';
import { requireRootKey } from './domain/root-key-check';
import { dataKeyHandlers, keyHandlers } from './handlers';
import type { Dependencies } from './handlers/dependencies';
import { KeyAccess } from './handlers/key-access';
import { peerPolicy, readOnlyOperations, unauditedOperations } from './peer-policy';
import { DatabaseKeyReader } from './persistence/key.reader';
import { DatabaseKeyStore } from './persistence/key.store';
import { RootKeyRegistry } from './persistence/root-key.registry';
import { entities } from './persistence/schema';

const SERVICE = 'crypto-keyservice';
/** Calls of callers that are worked on at a time. */
const RUNNING = 64;
const EVENT_SOURCE = 'kms.amazonaws.com';

export interface RunningKeyservice {
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
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
}

/** Starts the service with its real surroundings. @throws when the root key is not the one in use, or a store is away */
export async function startKeyservice(config: KeyserviceConfig): Promise<RunningKeyservice> {
  const logger = createLogger({ service: SERVICE, level: config.logLevel, logFile: config.logFile });
  const metrics = new Metrics({ service: SERVICE });
  const journal = createJournal({ redis: config.redis, logger });
  const directory = connect(PrincipalDirectoryServiceClient, {
    address: config.identityAddress,
    tls: config.tls,
    service: SERVICE,
    serverUri: `${serviceUriPrefix(config.trustDomain)}identity-service`,
  });
  const principals = new PrincipalView({ directory: grpcPrincipalDirectory(directory), ...config });
  const surroundings = { clock: systemClock, random: systemRandom, logger, metrics, principals, recorder: journal };
  await journal.connect();
  const service = await serveKeys(config, surroundings);
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
      principals.close();
      directory.close();
      await Promise.all([journal.close(), metricsServer.close()]);
    },
  };
}

/** The service proper: its database, its handlers, its port. */
export async function serveKeys(
  config: Pick<KeyserviceConfig, 'accountId' | 'database' | 'listen' | 'region' | 'rootKey' | 'tls' | 'trustDomain'>,
  surroundings: Surroundings,
): Promise<RunningKeyservice & { health: { readonly isServing: boolean } }> {
  const { clock, random, logger, metrics, principals, recorder } = surroundings;
  const { accountId, region, rootKey } = config;
  const { authorizer = new Authorizer({ region, clock }) } = surroundings;
  const dataSource = await openDataSource(createDataSource({ database: config.database, entities }));
  await requireRootKey(rootKey, new RootKeyRegistry(dataSource, clock)).catch(async (error: unknown) => {
    await dataSource.destroy();
    throw error;
  });
  const pool = createHotPool(config.database);

  const keys = new DatabaseKeyReader(pool, region);
  const store = new DatabaseKeyStore(dataSource, region);
  const ring = new KeyRing(rootKey, random);
  const factory = new KeyFactory(ring, random, clock, region);
  const dependencies: Dependencies = {
    region,
    clock,
    random,
    logger,
    principals,
    access: new KeyAccess(authorizer),
    keys,
    store,
    ring,
    factory,
    defaultKeys: new DefaultKeys(keys, store, factory, region, recordDefaultKey({ recorder, clock, random, region })),
    trailKeys: new DefaultKeys(
      keys,
      store,
      factory,
      region,
      recordDefaultKey({ recorder, clock, random, region, kind: trailKey }),
      trailKey,
    ),
  };
  const trail = { recorder, eventSource: EVENT_SOURCE, clock, random, region, accountId };
  const refusals = recordRefusals({ ...trail, logger });
  const server = await createServer({
    service: SERVICE,
    listen: config.listen,
    tls: config.tls,
    trustDomain: config.trustDomain,
    services: [
      { definition: KeyServiceService, handlers: keyHandlers(dependencies) },
      { definition: DataKeyServiceService, handlers: dataKeyHandlers(dependencies) },
    ],
    peerPolicy,
    // Calls of callers are short; data keys of secrets, which services ask for on a stream, do not wait behind them.
    bounds: { running: RUNNING, runningOfAccount: RUNNING - 16 },
    authenticate: authenticator(principals),
    ...countedBy,
    around: [auditing({ ...trail, readOnlyOperations, unaudited: unauditedOperations })],
    onRefused: refusals.onRefused,
    logger,
    metrics,
  });
  return {
    port: server.port,
    health: server.health,
    async stop(graceMs) {
      await server.drain(graceMs);
      await refusals.close();
      await Promise.all([pool.close(), dataSource.destroy()]);
    },
  };
}
