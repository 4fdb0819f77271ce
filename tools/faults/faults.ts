import type { ComponentName, InstanceName, LocalCluster, ServiceName } from '@strongroom/local-cluster';
import { instancesOf, serviceNames } from '@strongroom/local-cluster';
import type { Dice } from '../fuzz/requests/dice';

/** What is done to a cluster, and undone. */
export interface Fault {
  name: string;
  /** What callers see meanwhile. */
  during:
    | 'nothing' // no call fails that may be repeated
    | 'a pause' // calls are answered again after a while
    | 'refusals'; // calls are answered when it is over
  begin(cluster: LocalCluster): Promise<void>;
  /** Returns when all of the cluster is whole again. */
  end(cluster: LocalCluster): Promise<void>;
}

const nodes = ['mariadb-1', 'mariadb-2', 'mariadb-3'] as const;

const killed = (components: readonly ComponentName[], during: Fault['during'], name = components.join(' and ')): Fault => ({
  name: `${name} killed`,
  during,
  begin: async (cluster) => void (await Promise.all(components.map((component) => cluster.kill(component)))),
  end: async (cluster) => void (await Promise.all(components.map((component) => cluster.startComponent(component)))),
});

const suspended = (component: ComponentName, during: Fault['during']): Fault => ({
  name: `${component} suspended`,
  during,
  begin: (cluster) => cluster.kill(component, 'SIGSTOP'),
  end: (cluster) => cluster.kill(component, 'SIGCONT'),
});

/** Of the primary, whichever it is when the fault begins. */
const ofPrimary = (make: (primary: ComponentName) => Fault, name: string): Fault => {
  let fault: Fault | undefined;
  return {
    name,
    during: 'a pause',
    begin: (cluster) => (fault = make(cluster.redisPrimary!)).begin(cluster),
    end: async (cluster) => fault!.end(cluster),
  };
};

export const together = (...all: Fault[]): Fault => ({
  name: all.map(({ name }) => name).join(', and '),
  during: all.find(({ during }) => during !== 'nothing')?.during ?? 'nothing',
  begin: async (cluster) => void (await Promise.all(all.map((fault) => fault.begin(cluster)))),
  end: async (cluster) => void (await Promise.all(all.map((fault) => fault.end(cluster)))),
});

export const nodeKilled = (node: number): Fault => killed([nodes[node]!], 'a pause');
const nodeSuspended = (node: number): Fault => suspended(nodes[node]!, 'a pause');
const nodeEmptied = (node: number): Fault => ({
  ...nodeKilled(node),
  name: `${nodes[node]!} killed, and back with an empty disk`,
  end: (cluster) => cluster.startEmptied(nodes[node]!),
});
const majorityKilled = (left: number): Fault =>
  killed(
    nodes.filter((_, index) => index !== left),
    'refusals',
  );
export const primaryKilled = (): Fault => ofPrimary((primary) => killed([primary], 'a pause'), 'the Redis primary killed');
const primarySuspended = (): Fault => ofPrimary((primary) => suspended(primary, 'a pause'), 'the Redis primary suspended');
const instanceSuspended = (instance: InstanceName): Fault => suspended(instance, 'a pause');
const serviceKilled = (service: ServiceName): Fault => killed(instancesOf(service, 2), 'refusals', `all of ${service}`);
const renewed = (service: ServiceName): Fault => ({
  name: `${service} renewed, one process after the other`,
  during: 'nothing',
  begin: async (cluster) => {
    for (const instance of instancesOf(service, 2)) await cluster.renewService(instance);
  },
  end: () => Promise.resolve(),
});

export const instanceKilled = (instance: InstanceName): Fault => killed([instance], 'nothing');

/** What the rows of the table "What must hold" say, each by a throw of the dice. */
export const faults: readonly ((dice: Dice) => Fault)[] = [
  (dice) => nodeKilled(dice.below(3)),
  (dice) => nodeSuspended(dice.below(3)),
  (dice) => nodeEmptied(dice.below(3)),
  (dice) => majorityKilled(dice.below(3)),
  primaryKilled,
  primarySuspended,
  (dice) => instanceKilled(dice.pick(instancesOf(dice.pick(serviceNames), 2))),
  (dice) => instanceSuspended(dice.pick(instancesOf(dice.pick(serviceNames), 2))),
  (dice) => serviceKilled(dice.pick(serviceNames)),
  (dice) => renewed(dice.pick(serviceNames)),
];
