import {
  authenticator,
  Authorizer,
  countedBy,
  grpcPrincipalDirectory,
  PrincipalView,
  serviceUriPrefix,
} from '@strongroom/access';
import type { PrincipalSource } from '@strongroom/access';
import {
  auditing,
  connectRedis,
  createJournal,
  journalStream,
  recordRefusals,
  type AuditRecorder,
} from '@strongroom/audit-trail';
import { systemClock, type Clock } from '@strongroom/clock';
import { AuditServiceService } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { PrincipalDirectoryServiceClient } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { KeyServiceClient } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { createHotPool, openHotPool } from '@strongroom/database';
import { connect, createServer } from '@strongroom/grpc-kit';
import { systemRandom, type RandomSource } from '@strongroom/random';
import { createLogger, Metrics, startMetricsServer, type Logger } from '@strongroom/telemetry';
import { KeyServiceSealer } from './clients/key-service.sealer';
import type { AuditServiceConfig } from './config';
import { ChainWriter } from './domain/chain-writer';
import { Ingestion } from './domain/ingestion';
import { Sealing } from './domain/sealing';
import type { Sealer } from './domain/trail.port';
import { TrailVerifier } from './domain/verification';
import { VerificationTokens } from './domain/verification-token';
import { MAX_STRETCHES } from './domain/verification-turns';
import { handlers } from './handlers';
import { EntryKeys } from './journal/entry-keys';
import { RedisAnchor } from './journal/redis-anchor';
import { RedisJournalSource } from './journal/redis-journal.source';
import { peerPolicy, readOnlyOperations } from './peer-policy';
import { TrailRepository } from './persistence/trail.repository';
import { DatabaseWriterLock } from './persistence/writer-lock';
import { trailMetrics } from './trail-metrics';

const SERVICE = 'audit-service';
const EVENT_SOURCE = 'cloudtrail.amazonaws.com';
/** A look at the journal waits half a second; a Redis that is silent for longer than this is given up. Milliseconds. */
const REDIS_TIMEOUT = 3_000;
/** Calls that are worked on at a time, each with one connection to the database at a time; half of them of one account. */
const RUNNING = 16;
/** Of calls, of the trail's writer, of those who follow it, and of those who verify it as a stream. */
const CONNECTIONS = RUNNING + 8 + MAX_STRETCHES * 4;

export interface RunningAuditService {
  readonly port: number;
  /** Ends without dropping a call or an event, within about `graceMs`. */
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
  sealer: Sealer;
  /** Of what verifications go on from; what it seals is no seal of the trail. */
  tokenSealer: Sealer;
  /** The journal to read. */
  stream: string;
}

/** Starts the service with its real surroundings. */
export const startAuditService = async (config: AuditServiceConfig): Promise<RunningAuditService> => {
  const logger = createLogger({ service: SERVICE, level: config.logLevel, logFile: config.logFile });
  const metrics = new Metrics({ service: SERVICE });
  const journal = createJournal({ redis: config.redis, logger });
  const others = { tls: config.tls, service: SERVICE };
  const uriOf = (service: string) => `${serviceUriPrefix(config.trustDomain)}${service}`;
  const directory = connect(PrincipalDirectoryServiceClient, {
    ...others,
    address: config.identityAddress,
    serverUri: uriOf('identity-service'),
  });
  const keys = connect(KeyServiceClient, {
    ...others,
    address: config.keyserviceAddress,
    serverUri: uriOf('crypto-keyservice'),
  });
  const principals = new PrincipalView({ directory: grpcPrincipalDirectory(directory), ...config });
  await journal.connect();
  const service = await serveTrail(config, {
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics,
    principals,
    recorder: journal,
    sealer: new KeyServiceSealer(keys, 'strongroom audit seal'),
    tokenSealer: new KeyServiceSealer(keys, 'strongroom audit verification'),
    stream: journalStream,
  });
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
      keys.close();
      await Promise.all([journal.close(), metricsServer.close()]);
    },
  };
};

/** The service proper: its database, the journal it reads, its handlers, its port. */
export const serveTrail = async (
  config: Pick<
    AuditServiceConfig,
    'accountId' | 'database' | 'journalKeysFile' | 'listen' | 'redis' | 'region' | 'tls' | 'trustDomain'
  >,
  { clock, random, logger, metrics, principals, recorder, sealer, tokenSealer, stream }: Surroundings,
): Promise<RunningAuditService & { health: { readonly isServing: boolean } }> => {
  const { accountId, region } = config;
  const pool = await openHotPool(config.database, { poolSize: CONNECTIONS });
  const lockPool = createHotPool(config.database, { poolSize: 1 });
  const toRedis = () => connectRedis({ endpoint: config.redis, name: SERVICE, timeoutMs: REDIS_TIMEOUT, logger });
  const [reader, redis] = [toRedis(), toRedis()];
  const repository = new TrailRepository(pool);
  const source = new RedisJournalSource(reader, redis, stream, new EntryKeys(config.journalKeysFile));
  const measured = trailMetrics(metrics, clock, () => source.length());
  const sealing = new Sealing(repository, sealer, clock, logger, measured);
  const ingestion = new Ingestion({
    source,
    writer: new ChainWriter(repository),
    lock: new DatabaseWriterLock(lockPool),
    sealing,
    logger,
    metrics: measured,
    clock,
    home: { accountId, region },
  });
  const trail = { recorder, eventSource: EVENT_SOURCE, clock, random, region, accountId };
  const refusals = recordRefusals({ ...trail, logger });
  const verifier = new TrailVerifier(repository, sealer, new RedisAnchor(redis, stream), clock);
  const tokens = new VerificationTokens(tokenSealer);
  const access = new Authorizer({ region, clock });
  const server = await createServer({
    service: SERVICE,
    listen: config.listen,
    tls: config.tls,
    trustDomain: config.trustDomain,
    services: [
      { definition: AuditServiceService, handlers: handlers({ reader: repository, verifier, tokens, access, principals }) },
    ],
    peerPolicy,
    bounds: { running: RUNNING, runningOfAccount: RUNNING / 2 },
    authenticate: authenticator(principals),
    ...countedBy,
    around: [auditing({ ...trail, readOnlyOperations })],
    onRefused: refusals.onRefused,
    logger,
    metrics,
  });
  ingestion.start();
  return {
    port: server.port,
    health: server.health,
    async stop(graceMs) {
      await server.drain(graceMs);
      await refusals.close();
      await ingestion.stop();
      reader.disconnect();
      redis.disconnect();
      await Promise.all([pool.close(), lockPool.close()]);
    },
  };
};
