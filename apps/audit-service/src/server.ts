import { Authorizer, type PrincipalSource } from '@strongroom/access';
import { type AuditRecorder, journalStream } from '@strongroom/audit-trail';
import { connectRedis } from '@strongroom/redis';
import { createHotPool, openHotPool } from '@strongroom/database';
import { keyService } from '@strongroom/methods';
import type { Shell, ShellConfig } from '@strongroom/service';
import { CheckpointFile } from './clients/checkpoint-file';
import { CheckpointWebhook } from './clients/checkpoint-webhook';
import { KeyServiceSealer } from './clients/key-service.sealer';
import { KeyServiceSigner } from './clients/key-service.signer';
import type { AuditServiceConfig } from './config';
import { CatchUp } from './domain/catch-up';
import { ChainWriter } from './domain/chain-writer';
import type { CheckpointPlace, CheckpointSigner } from './domain/checkpoint.port';
import { CheckpointRounds } from './domain/checkpoint-rounds';
import { Checkpoints } from './domain/checkpoints';
import { Ingestion } from './domain/ingestion';
import { Sealing } from './domain/sealing';
import { TrailCuts } from './domain/trail-cuts';
import { TrailTree } from './domain/trail-tree';
import { TreeCheck } from './domain/tree-check';
import type { Sealer } from './domain/trail.port';
import { MAX_WIDTH, TrailVerifier } from './domain/verification';
import { VerificationTokens } from './domain/verification-token';
import { VerificationTurns } from './domain/verification-turns';
import { MAX_STRETCHES } from './domain/verification-turns';
import { trailFeedHandlers, trailHandlers } from './handlers';
import { EntryKeys } from './journal/entry-keys';
import { RedisAnchor } from './journal/redis-anchor';
import { RedisJournalSource } from './journal/redis-journal.source';
import { DatabaseTrail } from './persistence/trail.repository';
import { DatabaseTree } from './persistence/tree.repository';
import { DatabaseWriterLock } from './persistence/writer-lock';
import { InspectionPool } from './threads/inspection-pool';
import { trailMetrics } from './trail-metrics';

/** A look at the journal waits half a second; a Redis that is silent for longer than this is given up. Milliseconds. */
const REDIS_TIMEOUT = 3_000;
/** Calls that are worked on at a time, each with one connection to the database at a time; half of them of one account. */
const RUNNING = 16;
/** Of calls, of the trail's writer, of those who follow it, and of those who verify it as a stream. */
const CONNECTIONS = RUNNING + 8 + MAX_STRETCHES * (MAX_WIDTH + 1);

/** Whom the service asks, and what it reads; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  sealer: Sealer;
  /** Of what verifications go on from; what it seals is no seal of the trail. */
  tokenSealer: Sealer;
  /** Of cuts by age, which `main.js retain` makes. */
  cutSealer: Sealer;
  signer: CheckpointSigner;
  /** Where checkpoints are copied to. */
  places: readonly CheckpointPlace[];
  /** The journal to read. */
  stream: string;
}

/** The service with the real others. @throws when a store is away */
export async function startAuditService(shell: Shell<AuditServiceConfig>) {
  const { redis, identityAddress, keyserviceAddress, checkpoints } = shell.config;
  const recorder = await shell.journal(redis);
  const keys = shell.client(keyService, 'crypto-keyservice', keyserviceAddress);
  return serveTrail(shell, {
    recorder,
    principals: shell.principals(identityAddress),
    sealer: new KeyServiceSealer(keys, 'strongroom audit seal'),
    tokenSealer: new KeyServiceSealer(keys, 'strongroom audit verification'),
    cutSealer: new KeyServiceSealer(keys, 'strongroom audit cut'),
    signer: new KeyServiceSigner(keys),
    places: [
      ...(checkpoints.file === undefined ? [] : [new CheckpointFile(checkpoints.file)]),
      ...(checkpoints.url === undefined ? [] : [new CheckpointWebhook(checkpoints.url)]),
    ],
    stream: journalStream,
  });
}

/** The service proper: its database, the journal it reads, its handlers, its port. */
export async function serveTrail(
  shell: Shell<ShellConfig & Pick<AuditServiceConfig, 'database' | 'journalKeysFile' | 'redis'>>,
  { principals, recorder, sealer, tokenSealer, cutSealer, signer, places, stream }: Others,
) {
  const { name, config, clock, logger, metrics } = shell;
  const { accountId, database, region, trustDomain } = config;
  const pool = shell.own('the pool of the trail', await openHotPool(database, { poolSize: CONNECTIONS, logger }));
  const lockPool = shell.own("the pool of the writer's lock", createHotPool(database, { poolSize: 1 }));
  const toRedis = () => {
    const redis = connectRedis({ endpoint: config.redis, name, timeoutMs: REDIS_TIMEOUT, logger });
    return shell.own('a connection to Redis', redis, () => redis.disconnect());
  };
  const [reader, redis] = [toRedis(), toRedis()];
  const lock = new DatabaseWriterLock(lockPool);
  const repository = new DatabaseTrail(pool, lock);
  const trees = new DatabaseTree(pool);
  const tree = new TrailTree(trees);
  const checkpoints = new Checkpoints({
    store: trees,
    reader: repository,
    tree,
    signer,
    clock,
    cluster: { trustDomain, region },
  });
  const source = new RedisJournalSource(reader, redis, stream, new EntryKeys(config.journalKeysFile));
  const measured = trailMetrics(metrics, clock, () => source.length());
  const rounds = new CheckpointRounds({ trail: repository, store: trees, checkpoints, places, logger, metrics: measured });
  const ingestion = new Ingestion({
    source,
    writer: new ChainWriter(repository),
    lock,
    sealing: new Sealing(repository, sealer, clock, logger, measured, rounds),
    logger,
    metrics: measured,
    clock,
    home: { accountId, region },
  });
  shell.own('the writer of the trail', ingestion, () => ingestion.stop());
  const inspector = new InspectionPool({ logger, file: __filename });
  shell.own('the threads that verify the trail', inspector, () => inspector.stop());
  const dependencies = {
    reader: repository,
    catchUp: new CatchUp(source),
    verifier: new TrailVerifier(repository, sealer, new RedisAnchor(redis, stream), clock, {
      cuts: new TrailCuts(trees, cutSealer),
      tree: new TreeCheck(trees, tree, trees, checkpoints),
      inspector,
    }),
    turns: new VerificationTurns(),
    tokens: new VerificationTokens(tokenSealer),
    tree,
    cuts: trees,
    checkpoints,
    access: new Authorizer({ region, clock }),
    principals,
    clock,
    logger,
  };
  const port = await shell.serve({
    principals,
    recorder,
    services: [trailHandlers(dependencies), trailFeedHandlers(dependencies)],
    bounds: { running: RUNNING, runningOfAccount: RUNNING / 2 },
  });
  ingestion.start();
  return { port };
}
