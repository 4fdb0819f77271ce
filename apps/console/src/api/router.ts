import type { SessionStore } from '../sessions/session-store';
import { clusterRouter, type ClusterRouterOptions } from './cluster.router';
import { type ConsoleClients, derivedRouters } from './derived';
import { sessionRouter, type SessionRouterOptions } from './session.router';
import { router, signedInProcedure } from './trpc';

export interface ApiOptions {
  clients: ConsoleClients;
  signIns: SessionRouterOptions['signIns'];
  sessions: SessionStore;
  logger: SessionRouterOptions['logger'];
  cluster: ClusterRouterOptions;
}

/** The whole API of the console. */
export function apiRouter({ clients, signIns, sessions, logger, cluster }: ApiOptions) {
  const procedure = signedInProcedure(sessions);
  const own = {
    session: sessionRouter({ signIns, tokens: clients.tokens, sessions, logger }),
    cluster: clusterRouter(cluster, procedure),
  };
  return router({ ...derivedRouters(clients, procedure), ...own });
}

export type ApiRouter = ReturnType<typeof apiRouter>;
