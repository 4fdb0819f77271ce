import type { ClusterHealth } from '@strongroom/console-api';
import type { Clock } from '@strongroom/clock';
import type { Probe } from '../clients/service-probe';
import { router, type SignedInProcedure } from './trpc';

export interface ClusterRouterOptions {
  /** Asks one service how it is; never rejects. */
  probes: Readonly<Record<string, Probe>>;
  clock: Clock;
  version: string;
  region: string;
}

/** How the programs of the cluster are. */
export function clusterRouter({ probes, clock, version, region }: ClusterRouterOptions, procedure: SignedInProcedure) {
  return router({
    health: procedure.query(async (): Promise<ClusterHealth> => {
      const services = Object.entries(probes).map(async ([name, probe]) => ({ name, ...(await probe()) }));
      return { services: await Promise.all(services), checkedAt: clock.now() };
    }),
    version: procedure.query(() => ({ version, region })),
  });
}
