import { Authorizer, type PrincipalSource } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { createHotPool, openDataSource } from '@strongroom/database';
import type { generateDataKeyPair } from '@strongroom/key-algorithms';
import { holdRootKeys } from '@strongroom/root-keys';
import type { Shell, ShellConfig } from '@strongroom/service';
import { KeyEvents } from './clients/key-events';
import { noteUses } from './clients/use-noting.recorder';
import type { KeyserviceConfig } from './config';
import { checkpointKey, DefaultKeys, eventsKey, secretsManagerKey, trailKey } from './domain/default-keys';
import { KeyFactory } from './domain/key-factory';
import { keyMaking } from './domain/key-making';
import { KeyPairs } from './domain/key-pairs';
import { KeyRing } from './domain/key-ring';
import { LastUses } from './domain/last-uses';
import { MaterialImporter } from './domain/material-importer';
import { dataKeyHandlers, keyHandlers } from './handlers';
import type { Dependencies } from './handlers/dependencies';
import { KeyAccess } from './handlers/key-access';
import { DatabaseGrantReader } from './persistence/grant.reader';
import { DatabaseGrantStore } from './persistence/grant.store';
import { DatabaseImportStore } from './persistence/import.store';
import { DatabaseKeyReader } from './persistence/key.reader';
import { DatabaseKeyStore } from './persistence/key.store';
import { DatabaseLastUseStore } from './persistence/last-use.store';
import { DatabaseRotationStore } from './persistence/rotation.store';
import { sealedTables } from './persistence/sealed-tables';
import { entities } from './persistence/entities';
import { deletion, expiry, forgetting, rotation } from './workers/chores';
import { KeyKeeper } from './workers/key-keeper';

/** Calls of callers that are worked on at a time. */
const RUNNING = 64;

/** Whom the service asks; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
  /** Of the pairs by which material is imported. Default: a new one each time. */
  generateWrappingPair?: typeof generateDataKeyPair;
}

/** The service with the real others. @throws when nobody can open the root key, or a store is away */
export async function startKeyservice(shell: Shell<KeyserviceConfig>) {
  const { redis, identityAddress } = shell.config;
  const recorder = await shell.journal(redis);
  return serveKeys(shell, { recorder, principals: shell.principals(identityAddress) });
}

/** The service proper: its database, its handlers, its port. */
export async function serveKeys(shell: Shell<ShellConfig & Pick<KeyserviceConfig, 'database' | 'rootKeys'>>, others: Others) {
  const { config, clock, random, logger } = shell;
  const { database, region } = config;
  const { principals, authorizer = new Authorizer({ region, clock }) } = others;
  const dataSource = await openDataSource({ database, entities, logger });
  shell.own('the data source', dataSource, () => dataSource.destroy());
  const rootKeys = await holdRootKeys(shell, {
    config: config.rootKeys,
    database,
    tables: sealedTables,
    recorder: others.recorder,
    eventSource: 'kms.amazonaws.com',
  });
  const pool = shell.own('the pool for reads', createHotPool(database));

  const keys = new DatabaseKeyReader(pool, region, clock);
  const store = new DatabaseKeyStore(dataSource, region, clock);
  const rotations = new DatabaseRotationStore(dataSource, { region, clock });
  const imports = new DatabaseImportStore(dataSource, { region, clock });
  const lastUses = shell.own('the last uses of keys', new LastUses(new DatabaseLastUseStore(pool), clock, logger));
  const recorder = noteUses(others.recorder, lastUses);
  const ring = new KeyRing(rootKeys, random);
  const making = keyMaking();
  const pairs = new KeyPairs(rootKeys, random, making);
  const factory = new KeyFactory(ring, pairs, random, clock, region);
  const events = new KeyEvents({ recorder, clock, random, region });
  const chores = [
    deletion(store, events),
    rotation(rotations, ring, events),
    expiry(imports, events),
    forgetting(store, [ring, pairs]),
  ];
  const keeper = new KeyKeeper(chores, clock, logger);
  shell.own('the keeper of keys', keeper, () => keeper.stop());
  const dependencies: Dependencies = {
    region,
    clock,
    random,
    logger,
    principals,
    access: new KeyAccess(authorizer, new DatabaseGrantReader(pool)),
    keys,
    store,
    grants: new DatabaseGrantStore(dataSource, { region, clock }),
    rotations,
    imports,
    importer: new MaterialImporter(rootKeys, random, clock, making, others.generateWrappingPair),
    ring,
    pairs,
    lastUses,
    factory,
    defaultKeys: new DefaultKeys(keys, store, factory, region, events.ofDefaultKey(secretsManagerKey)),
    trailKeys: new DefaultKeys(keys, store, factory, region, events.ofDefaultKey(trailKey), trailKey),
    eventsKeys: new DefaultKeys(keys, store, factory, region, events.ofDefaultKey(eventsKey), eventsKey),
    checkpointKeys: new DefaultKeys(keys, store, factory, region, events.ofDefaultKey(checkpointKey), checkpointKey),
  };
  const port = await shell.serve({
    principals,
    recorder,
    services: [keyHandlers(dependencies), dataKeyHandlers(dependencies)],
    // Calls of callers are short; data keys of secrets, which services ask for on a stream, do not wait behind them.
    bounds: { running: RUNNING, runningOfAccount: RUNNING - 16 },
  });
  keeper.start();
  return { port, keeper, lastUses };
}
