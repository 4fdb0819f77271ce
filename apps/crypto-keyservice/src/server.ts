import { Authorizer, type PrincipalSource } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { createDataSource, createHotPool, openDataSource } from '@strongroom/database';
import { requireRootKey } from '@strongroom/envelope';
import type { Shell, ShellConfig } from '@strongroom/service';
import { recordDefaultKey } from './clients/default-key-events';
import type { KeyserviceConfig } from './config';
import { DefaultKeys, trailKey } from './domain/default-keys';
import { KeyFactory } from './domain/key-factory';
import { KeyRing } from './domain/key-ring';
import { dataKeyHandlers, keyHandlers } from './handlers';
import type { Dependencies } from './handlers/dependencies';
import { KeyAccess } from './handlers/key-access';
import { DatabaseKeyReader } from './persistence/key.reader';
import { DatabaseKeyStore } from './persistence/key.store';
import { DatabaseRootKeyRecords } from './persistence/root-key-records';
import { entities } from './persistence/entities';

/** Calls of callers that are worked on at a time. */
const RUNNING = 64;

/** Whom the service asks; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
}

/** The service with the real others. @throws when the root key is not the one in use, or a store is away */
export async function startKeyservice(shell: Shell<KeyserviceConfig>) {
  const { redis, identityAddress } = shell.config;
  const recorder = await shell.journal(redis);
  return serveKeys(shell, { recorder, principals: shell.principals(identityAddress) });
}

/** The service proper: its database, its handlers, its port. */
export async function serveKeys(shell: Shell<ShellConfig & Pick<KeyserviceConfig, 'database' | 'rootKey'>>, others: Others) {
  const { config, clock, random, logger } = shell;
  const { database, region, rootKey } = config;
  const { principals, recorder, authorizer = new Authorizer({ region, clock }) } = others;
  const dataSource = await openDataSource(createDataSource({ database, entities }));
  shell.own('the data source', dataSource, () => dataSource.destroy());
  await requireRootKey(rootKey, new DatabaseRootKeyRecords(dataSource, clock), 'stored keys');
  const pool = shell.own('the pool for reads', createHotPool(database));

  const keys = new DatabaseKeyReader(pool, region);
  const store = new DatabaseKeyStore(dataSource, region);
  const ring = new KeyRing(rootKey, random);
  const factory = new KeyFactory(ring, random, clock, region);
  const events = { recorder, clock, random, region };
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
    defaultKeys: new DefaultKeys(keys, store, factory, region, recordDefaultKey(events)),
    trailKeys: new DefaultKeys(keys, store, factory, region, recordDefaultKey({ ...events, kind: trailKey }), trailKey),
  };
  const port = await shell.serve({
    principals,
    recorder,
    services: [keyHandlers(dependencies), dataKeyHandlers(dependencies)],
    // Calls of callers are short; data keys of secrets, which services ask for on a stream, do not wait behind them.
    bounds: { running: RUNNING, runningOfAccount: RUNNING - 16 },
  });
  return { port };
}
