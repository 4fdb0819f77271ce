import type { SessionStore } from '../sessions/session-store';
import { accessRouter } from './access.router';
import { clusterRouter, type ClusterRouterOptions } from './cluster.router';
import { type ConsoleClients, derivedRouters } from './derived';
import { homeRouter, type HomeRouterOptions } from './home.router';
import { secretRouter, type SecretRouterOptions } from './secret.router';
import { sessionRouter, type SessionRouterOptions } from './session.router';
import { statementsRouter } from './statements.router';
import { trailRouter, type TrailRouterOptions } from './trail.router';
import { router, signedInProcedure } from './trpc';

export interface ApiOptions {
  clients: ConsoleClients;
  signIns: SessionRouterOptions['signIns'];
  sessions: SessionStore;
  /** The origin of the page. */
  origin: () => string;
  providers: SessionRouterOptions['providers'];
  logger: SessionRouterOptions['logger'];
  cluster: ClusterRouterOptions;
  home: Pick<HomeRouterOptions, 'certificates' | 'clock'>;
  trail: Omit<TrailRouterOptions, 'audit'>;
  permissions: SecretRouterOptions['permissions'];
}

/** The whole API of the console. */
export function apiRouter({
  clients,
  signIns,
  sessions,
  origin,
  providers,
  logger,
  cluster,
  home,
  trail,
  permissions,
}: ApiOptions) {
  const procedure = signedInProcedure(sessions);
  const own = {
    session: sessionRouter({ signIns, tokens: clients.tokens, sessions, origin, providers, logger }),
    home: homeRouter({ ...home, clients }, procedure),
    cluster: clusterRouter(cluster, procedure),
    trail: trailRouter({ ...trail, audit: clients.audit }, procedure),
    statements: statementsRouter(clients, procedure),
    access: accessRouter({ clients, region: cluster.region }, procedure),
    secret: secretRouter({ clients, permissions, region: cluster.region }, procedure),
  };
  return router({ ...derivedRouters(clients, procedure), ...own });
}

export type ApiRouter = ReturnType<typeof apiRouter>;
