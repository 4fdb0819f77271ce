import { Authorizer, PolicyCache, type PrincipalSource } from '@strongroom/access';
import { type AuditRecorder, EventIds } from '@strongroom/audit-trail';
import { createHotPool, openHotPool } from '@strongroom/database';
import { createJobQueue, type JobsConnection, rotationStepJob, startJobWorker } from '@strongroom/jobs';
import { dataKeyService, keyService, rotationFunctionDirectoryService } from '@strongroom/methods';
import type { Shell, ShellConfig } from '@strongroom/service';
import type { Logger } from '@strongroom/telemetry';
import { AuditedReEncryptions } from './audit/audited-re-encryptions';
import { AuditedRotations } from './audit/audited-rotations';
import { ServiceEvents } from './audit/service-events';
import { CustomerKeyClient } from './clients/customer-key.client';
import { DataKeyClient } from './clients/data-key.client';
import { RotationFunctionClient } from './clients/rotation-function.client';
import type { SecretsApiConfig } from './config';
import type { CustomerKeys } from './domain/customer-keys.port';
import type { DataKeys } from './domain/data-keys.port';
import { ReEncrypter } from './domain/re-encryption/re-encrypter';
import type { ReEncryptionStore } from './domain/re-encryption/re-encryption-ports';
import { RotationLedger } from './domain/rotation/rotation-ledger';
import type { RotationFunctions } from './domain/rotation/rotation-ports';
import { RotationRequests } from './domain/rotation/rotation-requests';
import { RotationStarter } from './domain/rotation/rotation-starter';
import { SecretLifecycle } from './domain/secret-lifecycle';
import { SecretVault } from './domain/secret-vault';
import { SecretWriter } from './domain/secret-writer';
import { ValueReader } from './domain/value-reader';
import { ChangeHub } from './domain/watch/change-hub';
import { FleetFigures, fleetMetrics } from './fleet-metrics';
import { secretsHandlers } from './handlers';
import { keyDependentsHandlers } from './handlers/key-dependents';
import { rotationRequestHandlers } from './handlers/rotation-requests';
import { SecretAccess } from './handlers/secret-access';
import { secretTagHandlers } from './handlers/secret-tags.handlers';
import { countGate, DatabaseKeyDependentsReader } from './persistence/key-dependents.reader';
import { DatabaseReEncryptionStore } from './persistence/re-encryption.store';
import { DatabaseSecretReader } from './persistence/secret.reader';
import { DatabaseRotationRequestReader } from './persistence/rotation-request.reader';
import { DatabaseAccessLog } from './persistence/access-log';
import { DatabaseChangeFeed } from './persistence/change-feed';
import { DatabaseFleetReader } from './persistence/fleet.reader';
import { DatabaseSecretStore } from './persistence/secret.store';
import { ChangeRetentionScan } from './workers/change-retention.scan';
import { purgeJob } from './workers/purge.job';
import { purgeProcessor } from './workers/purge.processor';
import { PurgeScan } from './workers/purge.scan';
import { QueuedPurgeSchedule } from './workers/purge-schedule';
import { QueuedReEncryptions } from './workers/queued-re-encryptions';
import { QueuedRotations } from './workers/queued-rotations';
import { reEncryptionJob } from './workers/re-encryption.job';
import { reEncryptionProcessor } from './workers/re-encryption.processor';
import { ReEncryptionScan } from './workers/re-encryption.scan';
import { SearchScan } from './workers/search.scan';

/** Transactions at one time. Those that commit together share a sync of the database's log. */
const WRITERS = 16;

/** Whom the service asks; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  dataKeys: DataKeys;
  customerKeys: CustomerKeys;
  rotationFunctions: RotationFunctions;
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
  /** In front of the queues' keys in Redis; default: the one of libs/jobs. */
  queuePrefix?: string;
}

/** The service with the real others. @throws when a store is away */
export async function startSecretsApi(shell: Shell<SecretsApiConfig>) {
  const { redis, identityAddress, keyserviceAddress, rotationAddress } = shell.config;
  const recorder = await shell.journal(redis);
  const keyservice = shell.client(dataKeyService, 'crypto-keyservice', keyserviceAddress);
  const keys = shell.client(keyService, 'crypto-keyservice', keyserviceAddress);
  const rotation = shell.client(rotationFunctionDirectoryService, 'rotation-worker', rotationAddress);
  return serveSecrets(shell, {
    recorder,
    principals: shell.principals(identityAddress),
    dataKeys: shell.own('data keys', new DataKeyClient(keyservice, shell.random)),
    customerKeys: new CustomerKeyClient(keys),
    rotationFunctions: new RotationFunctionClient(rotation),
  });
}

/** The service proper: its database, its handlers, its purges, its port. */
export async function serveSecrets(shell: Shell<ShellConfig & Pick<SecretsApiConfig, 'database' | 'redis'>>, others: Others) {
  const { config, clock, random, logger } = shell;
  const { accountId, region, trustDomain } = config;
  const { principals, recorder, dataKeys, customerKeys, rotationFunctions } = others;
  const { authorizer = new Authorizer({ region, clock }) } = others;
  const reads = shell.own('the pool for reads', await openHotPool(config.database, { logger }));
  // Of their own, so that no read waits for a write that waits for a lock.
  const writes = shell.own('the pool for writes', createHotPool(config.database, { poolSize: WRITERS }));

  const reader = new DatabaseSecretReader(reads);
  const store = new DatabaseSecretStore(writes, logger);
  const accesses = shell.own('last access dates', new DatabaseAccessLog(writes, clock, logger));
  fleetMetrics(shell.metrics, new FleetFigures(new DatabaseFleetReader(writes), clock, logger), clock);
  const vault = new SecretVault(dataKeys, random);
  const events = new ServiceEvents({ recorder, eventIds: new EventIds(clock, random), clock, random, region });
  const rotationTrail = new AuditedRotations(events);
  const ledger = new RotationLedger(clock, rotationTrail);
  const lifecycle = new SecretLifecycle(store, ledger, clock);
  const rotations = new RotationStarter(reader, store, vault, ledger, rotationTrail, clock, random);

  const jobs = { redis: config.redis, prefix: others.queuePrefix, logger };
  const purgeQueue = shell.own('the queue of purges', createJobQueue(purgeJob, jobs));
  const rotationQueue = shell.own('the queue of rotations', createJobQueue(rotationStepJob, jobs));
  const purges = startJobWorker(purgeJob, { ...jobs, process: purgeProcessor({ lifecycle, events }) });
  shell.onDrain('purges', (graceMs) => purges.close(graceMs));
  const purgeScan = new PurgeScan(store, new QueuedPurgeSchedule(purgeQueue, logger), clock, logger);
  purgeScan.start();
  shell.onDrain('the scan for purges', () => purgeScan.stop());

  const searchScan = new SearchScan(store, logger);
  searchScan.start();
  shell.onDrain('the scan for secrets without terms', () => searchScan.stop());

  const feed = new DatabaseChangeFeed(reads);
  const hub = new ChangeHub(feed, region, logger);
  shell.onDrain('the hub of changes', () => hub.close());
  const retention = new ChangeRetentionScan(new DatabaseChangeFeed(writes), logger);
  retention.start();
  shell.onDrain('the scan for old changes', () => retention.stop());

  const counts = countGate();
  const reEncryptions = startReEncryptions(shell, {
    store: new DatabaseReEncryptionStore(writes, counts),
    dataKeys,
    events,
    jobs,
  });

  const access = new SecretAccess(reader, authorizer, new PolicyCache(), region);
  const values = new ValueReader(vault, accesses);
  const port = await shell.serve({
    principals,
    recorder,
    services: [
      secretsHandlers({
        access,
        authorizer,
        principals,
        hub,
        values,
        accesses,
        writer: new SecretWriter(reader, store, vault, ledger, clock),
        lifecycle,
        store,
        rotations,
        rotationFunctions,
        rotationQueue: new QueuedRotations(rotationQueue, logger),
        clock,
        random,
        region,
      }),
      keyDependentsHandlers({
        authorizer,
        keys: customerKeys,
        dependents: new DatabaseKeyDependentsReader(writes, counts),
        reEncryptions: reEncryptions.store,
        queue: reEncryptions.queue,
        clock,
        random,
      }),
      rotationRequestHandlers({
        requests: new RotationRequests(reader, new DatabaseRotationRequestReader(reads), store, vault, ledger, clock),
        rotations,
        store,
        values,
        access,
        principals,
        naming: { trustDomain, accountId },
        clock,
        logger,
      }),
      secretTagHandlers({ reader, accountId, region }),
    ],
  });
  return { port, purgeScan, reEncryptionScan: reEncryptions.scan, accesses };
}

interface ReEncryptionParts {
  store: ReEncryptionStore;
  dataKeys: DataKeys;
  events: ServiceEvents;
  jobs: JobsConnection & { logger: Logger };
}

/** Re-encrypts data keys in the background. */
function startReEncryptions(shell: Shell<ShellConfig>, { store, dataKeys, events, jobs }: ReEncryptionParts) {
  const queue = new QueuedReEncryptions(
    shell.own('the queue of re-encryptions', createJobQueue(reEncryptionJob, jobs)),
    shell.logger,
  );
  const reEncrypter = new ReEncrypter(store, dataKeys, new AuditedReEncryptions(events), shell.clock);
  const worker = startJobWorker(reEncryptionJob, { ...jobs, process: reEncryptionProcessor(reEncrypter) });
  shell.onDrain('re-encryptions', (graceMs) => worker.close(graceMs));
  const scan = new ReEncryptionScan(store, queue, shell.logger);
  scan.start();
  shell.onDrain('the scan for re-encryptions', () => scan.stop());
  return { store, queue, scan };
}
