import { Authorizer, type PrincipalSource } from '@strongroom/access';
import { openHotPool } from '@strongroom/database';
import { CheckedNetwork, ClusterEndpoints, resolveBySystem } from '@strongroom/egress';
import { rotationRequestService } from '@strongroom/methods';
import { builtInFunctions } from '@strongroom/rotation-functions';
import type { Shell } from '@strongroom/service';
import { RotationRequestClient } from './clients/rotation-request.client';
import { secretAccessClient } from './clients/secret-access.client';
import type { SecretAccess } from './domain/secret-access.port';
import type { RotationWorkerConfig } from './config';
import { RunControl } from './domain/run-control';
import { type EngineConfig, type EngineParts, startEngine } from './engine';
import { directoryHandlers, rotationHandlers } from './handlers';
import { DatabaseFunctionStore } from './persistence/function.store';
import { DatabaseRunHistory } from './persistence/run-history';

/**
 * The connections for history and functions. Questions of the same moment share a statement, and writers of the history share
 * transactions.
 */
const CONNECTIONS = 8;

/** The services that the worker calls, and its way to servers. Tests bring their own. */
export interface Others extends Omit<EngineParts, 'history' | 'store'> {
  principals: PrincipalSource;
  access: SecretAccess;
}

/**
 * Starts the worker with the real services.
 * @throws Error if a store is away
 */
export async function startRotationWorker(shell: Shell<RotationWorkerConfig>) {
  const { redis, egress, identityAddress, secretsApiAddress } = shell.config;
  const network = new CheckedNetwork(egress.rules, new ClusterEndpoints(egress.cluster, resolveBySystem));
  const recorder = await shell.journal(redis);
  const secrets = shell.client(rotationRequestService, 'secrets-api', secretsApiAddress);
  const requests = new RotationRequestClient(secrets);
  return serveRotation(shell, {
    recorder,
    principals: shell.principals(identityAddress),
    requests,
    values: requests,
    access: secretAccessClient(secrets),
    builtIns: builtInFunctions(network),
    network,
  });
}

/** Starts the worker itself: its database, steps, scan, handlers and port. */
export async function serveRotation(shell: Shell<EngineConfig & Pick<RotationWorkerConfig, 'database'>>, others: Others) {
  const { config, clock, logger } = shell;
  const { database, region, steps } = config;
  const { principals, recorder, requests, access } = others;
  const pool = shell.own('the pool of the database', await openHotPool(database, { poolSize: CONNECTIONS, logger }));
  const history = new DatabaseRunHistory(pool);
  const store = new DatabaseFunctionStore(pool);
  const { functions, queue } = startEngine(shell, { ...others, history, store });

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
    builtInTimeoutMs: steps.builtInTimeoutMs,
  };
  const port = await shell.serve({
    principals,
    recorder,
    services: [rotationHandlers(dependencies), directoryHandlers(dependencies)],
  });
  return { port };
}
