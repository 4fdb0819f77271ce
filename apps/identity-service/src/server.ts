import { authenticator, countedBy, Authorizer, systemScheduler } from '@strongroom/access';
import { auditing, createJournal, recordRefusals, type AuditRecorder } from '@strongroom/audit-trail';
import { systemClock, type Clock } from '@strongroom/clock';
import {
  IdentityServiceService,
  PrincipalDirectoryServiceService,
  SigningKeyServiceService,
  TokenServiceService,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { createDataSource, createHotPool, openDataSource } from '@strongroom/database';
import { createServer } from '@strongroom/grpc-kit';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import { OidcIssuers } from './clients/oidc-issuers';
import type { IdentityConfig } from './config';
import { CertificateUris } from './domain/certificate-uri';
import { ChangeFeed } from './domain/change-feed';
import { CredentialMint } from './domain/credentials';
import { PrincipalDirectory } from './domain/principal-directory';
import { purgeRegularly } from './domain/retention';
import { requireRootKey } from './domain/root-key-check';
import { directoryHandlers, identityHandlers, signingKeyHandlers, tokenHandlers } from './handlers';
import type { Dependencies } from './handlers/dependencies';
import { IamAccess } from './handlers/iam-access';
import { identifyCaller } from './handlers/identify-caller';
import { identifyWebIdentity } from './handlers/identify-web-identity';
import { OwnPrincipals } from './handlers/own-principals';
import { eventSourceOf, peerPolicy, readOnlyOperations, unauditedOperations } from './peer-policy';
import { DatabaseChangeLog } from './persistence/database.change-log';
import { DatabaseStore } from './persistence/database.store';
import { DatabasePrincipalReader } from './persistence/principal.reader';
import { entities } from './persistence/schema';

const SERVICE = 'identity-service';
/** To the database, for calls; one call holds one from its first statement to its last. */
const CONNECTIONS = 16;

export interface RunningIdentityService {
  readonly port: number;
  readonly health: { readonly isServing: boolean };
  /** Ends without dropping a call, within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** What the service takes from around it; tests bring their own. */
export interface Surroundings {
  clock: Clock;
  random: RandomSource;
  logger: Logger;
  metrics: Metrics;
  recorder: AuditRecorder;
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
}

/** Starts the service with its real surroundings. @throws when the root key is not the one in use, or a store is away */
export async function startIdentityService(config: IdentityConfig): Promise<RunningIdentityService> {
  const logger = createLogger({ service: SERVICE, level: config.logLevel, logFile: config.logFile });
  const metrics = new Metrics({ service: SERVICE });
  const journal = createJournal({ redis: config.redis, logger });
  await journal.connect();
  const service = await serveIdentities(config, { clock: systemClock, random: systemRandom, logger, metrics, recorder: journal });
  const metricsServer = await startMetricsServer({
    metrics,
    listen: config.metricsListen,
    isHealthy: () => service.health.isServing,
  });
  logger.info('serving', { port: service.port });
  return {
    port: service.port,
    health: service.health,
    async stop(graceMs) {
      await service.stop(graceMs);
      await Promise.all([journal.close(), metricsServer.close()]);
    },
  };
}

/** The service proper: its database, its handlers, its port. */
export async function serveIdentities(
  config: Pick<
    IdentityConfig,
    'accountId' | 'certificatePrefixes' | 'database' | 'listen' | 'oidcIssuers' | 'region' | 'rootKey' | 'tls' | 'trustDomain'
  >,
  surroundings: Surroundings,
): Promise<RunningIdentityService> {
  const { clock, random, logger, metrics, recorder } = surroundings;
  const { accountId, region, trustDomain } = config;
  const { authorizer = new Authorizer({ region, clock }) } = surroundings;
  const dataSource = await openDataSource(createDataSource({ database: config.database, entities, poolSize: CONNECTIONS }));
  // The feed has a connection of its own: its heartbeat must not wait behind anybody's reads.
  const feedPool = createHotPool(config.database, { poolSize: 1 });
  const readPool = createHotPool(config.database, { poolSize: 8 });
  const feed = new ChangeFeed(new DatabaseChangeLog(feedPool), systemScheduler);
  const store = new DatabaseStore(dataSource, clock, () => feed.poke());
  await requireRootKey(config.rootKey, store);
  await feed.start();

  const reader = new DatabasePrincipalReader(readPool);
  const directory = new PrincipalDirectory(reader, clock);
  const principals = new OwnPrincipals(directory, { accountId, trustDomain });
  const dependencies: Dependencies = {
    accountId,
    certificateUris: new CertificateUris({ trustDomain, accountId, prefixes: config.certificatePrefixes }),
    clock,
    random,
    store,
    directory,
    reader,
    principals,
    feed,
    mint: new CredentialMint(config.rootKey, random),
    webIdentities: new OidcIssuers(config.oidcIssuers, clock),
    access: new IamAccess(authorizer),
  };
  const stopPurging = purgeRegularly(store, clock, systemScheduler, (error) => logger.warn('the purge failed', { error }));
  const trail = { recorder, eventSource: eventSourceOf, clock, random, region, accountId };
  const refusals = recordRefusals({ ...trail, logger });
  const server = await createServer({
    service: SERVICE,
    listen: config.listen,
    tls: config.tls,
    trustDomain,
    services: [
      { definition: IdentityServiceService, handlers: identityHandlers(dependencies) },
      { definition: TokenServiceService, handlers: tokenHandlers(dependencies) },
      { definition: PrincipalDirectoryServiceService, handlers: directoryHandlers(dependencies) },
      { definition: SigningKeyServiceService, handlers: signingKeyHandlers(dependencies) },
    ],
    peerPolicy,
    // As many as there are connections: nobody waits for one inside, where accounts do not take turns.
    bounds: { running: CONNECTIONS, runningOfAccount: CONNECTIONS - 4 },
    authenticate: authenticator(principals),
    ...countedBy,
    around: [
      identifyCaller(dependencies, refusals.onRefused),
      identifyWebIdentity(dependencies, refusals.onRefused),
      auditing({ ...trail, readOnlyOperations, unaudited: unauditedOperations }),
    ],
    onRefused: refusals.onRefused,
    logger,
    metrics,
  });
  return {
    port: server.port,
    health: server.health,
    async stop(graceMs) {
      await server.drain(graceMs);
      feed.stop();
      stopPurging();
      await refusals.close();
      await Promise.all([feedPool.close(), readPool.close(), dataSource.destroy()]);
    },
  };
}
