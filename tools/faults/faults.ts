import {
  type ComponentName,
  type InstanceName,
  instancesOf,
  type LocalCluster,
  type Program,
  type ServiceName,
  serviceNames,
  type StoreName,
} from '@strongroom/local-cluster';
import type { Dice } from '../fuzz/requests/dice';
import { LATER_SERVICE, laterVersion } from './later-version';

/** What is done to a cluster, and undone. */
export interface Fault {
  /** What it has in common with others, which differ in where they strike. */
  kind: string;
  name: string;
  /** What callers see meanwhile. */
  during:
    | 'nothing' // no call fails that may be repeated
    | 'a pause' // calls are answered again after a while
    | 'refusals'; // calls are answered when it is over
  begin(cluster: LocalCluster): Promise<void>;
  /** What was killed serves when this returns. */
  end(cluster: LocalCluster): Promise<void>;
}

type Deed = Pick<Fault, 'name' | 'begin' | 'end'>;

/** Faults of one kind. */
interface FaultKind<Args extends unknown[]> {
  (...args: Args): Fault;
  readonly kind: string;
}

const kindOf = <Args extends unknown[]>(kind: string, during: Fault['during'], make: (...args: Args) => Deed): FaultKind<Args> =>
  Object.assign((...args: Args): Fault => ({ kind, during, ...make(...args) }), { kind });

const nodes = ['mariadb-1', 'mariadb-2', 'mariadb-3'] as const;

const killed = (...components: ComponentName[]): Deed => ({
  name: `${components.join(' and ')} killed`,
  begin: async (cluster) => void (await Promise.all(components.map((component) => cluster.kill(component)))),
  end: async (cluster) => void (await Promise.all(components.map((component) => cluster.startComponent(component)))),
});

const suspended = (component: ComponentName): Deed => ({
  name: `${component} suspended`,
  begin: (cluster) => cluster.kill(component, 'SIGSTOP'),
  end: (cluster) => cluster.kill(component, 'SIGCONT'),
});

/** Services still reach it, and the rest of the cluster does not. */
const isolated = (store: StoreName): Deed => ({
  name: `${store} cut off from the others`,
  begin: (cluster) => cluster.isolate(store),
  end: (cluster) => cluster.reconnect(store),
});

/** To the Redis primary, whichever it is when the fault begins. */
const toPrimary = (name: string, make: (primary: StoreName) => Deed): Deed => {
  let deed: Deed | undefined;
  return {
    name,
    begin: (cluster) => (deed = make(cluster.redisPrimary!)).begin(cluster),
    end: async (cluster) => deed!.end(cluster),
  };
};

const renewed = (services: readonly ServiceName[], program?: () => Program): Deed['begin'] => {
  return async (cluster) => {
    const later = program?.();
    for (const service of services) {
      for (const instance of instancesOf(service, 2)) {
        await cluster.renewService(instance, service === LATER_SERVICE ? later : undefined);
      }
    }
  };
};
const nothing = () => Promise.resolve();

export const together = (...all: Fault[]): Fault => ({
  kind: all.map(({ kind }) => kind).join(', and '),
  name: all.map(({ name }) => name).join(', and '),
  during: all.find(({ during }) => during !== 'nothing')?.during ?? 'nothing',
  begin: async (cluster) => void (await Promise.all(all.map((fault) => fault.begin(cluster)))),
  end: async (cluster) => void (await Promise.all(all.map((fault) => fault.end(cluster)))),
});

export const nodeKilled = kindOf('a database node killed', 'a pause', (node: number) => killed(nodes[node]!));
const nodeSuspended = kindOf('a database node suspended', 'a pause', (node: number) => suspended(nodes[node]!));
const nodeIsolated = kindOf('a database node cut off', 'a pause', (node: number) => isolated(nodes[node]!));
const nodeEmptied = kindOf('a database node back without data', 'a pause', (node: number) => ({
  ...killed(nodes[node]!),
  name: `${nodes[node]!} killed, and back with an empty disk`,
  end: (cluster) => cluster.startEmptied(nodes[node]!),
}));
const majorityKilled = kindOf('two database nodes killed', 'refusals', (left: number) =>
  killed(...nodes.filter((_, index) => index !== left)),
);
const primaryKilled = kindOf('the Redis primary killed', 'a pause', () => toPrimary('the Redis primary killed', killed));
const primarySuspended = kindOf('the Redis primary suspended', 'a pause', () =>
  toPrimary('the Redis primary suspended', suspended),
);
export const primaryIsolated = kindOf('the Redis primary cut off', 'a pause', () =>
  toPrimary('the Redis primary cut off from replicas and sentinels', isolated),
);
export const instanceKilled = kindOf('one process of a service killed', 'nothing', (instance: InstanceName) => killed(instance));
const instanceSuspended = kindOf('one process of a service suspended', 'a pause', (instance: InstanceName) =>
  suspended(instance),
);
const serviceKilled = kindOf('both processes of a service killed', 'refusals', (service: ServiceName) => ({
  ...killed(...instancesOf(service, 2)),
  name: `all of ${service} killed`,
}));
const serviceRenewed = kindOf('a service renewed', 'nothing', (service: ServiceName) => ({
  name: `${service} renewed, one process after the other`,
  begin: renewed([service]),
  end: nothing,
}));
/** One of them to a version that brings a migration: for a while, what is older serves with the schema of what is newer. */
export const upgraded = kindOf('services upgraded, with a migration', 'nothing', (services: readonly ServiceName[]) => ({
  name: `${services.length} services upgraded, one process after the other, with a migration`,
  begin: renewed(services, laterVersion),
  end: nothing,
}));

interface Draw {
  readonly kind: string;
  draw(dice: Dice): Fault;
}

const drawn = <Args extends unknown[]>(make: FaultKind<Args>, argumentsBy: (dice: Dice) => Args): Draw => ({
  kind: make.kind,
  draw: (dice) => make(...argumentsBy(dice)),
});
const none = (): [] => [];
const aNode = (dice: Dice): [number] => [dice.below(nodes.length)];
const aService = (dice: Dice): [ServiceName] => [dice.pick(serviceNames)];
const anInstance = (dice: Dice): [InstanceName] => [dice.pick(instancesOf(dice.pick(serviceNames), 2))];

/** What the rows of the table "What must hold" say, each by a throw of the dice. */
export const faults: readonly Draw[] = [
  drawn(nodeKilled, aNode),
  drawn(nodeSuspended, aNode),
  drawn(nodeIsolated, aNode),
  drawn(nodeEmptied, aNode),
  drawn(majorityKilled, aNode),
  drawn(primaryKilled, none),
  drawn(primarySuspended, none),
  drawn(primaryIsolated, none),
  drawn(instanceKilled, anInstance),
  drawn(instanceSuspended, anInstance),
  drawn(serviceKilled, aService),
  drawn(serviceRenewed, aService),
  drawn(upgraded, (): [readonly ServiceName[]] => [serviceNames]),
];
