// How many machines a load takes, from what a call of each kind costs: by measured-costs.ts, or by a run of the benchmark.

/** What callers ask for. */
export const works = ['read', 'write', 'rotation'] as const;
export type Work = (typeof works)[number];

/**
 * How a part grows. `instances`: any number of processes, each of which uses one core. `one process`: one core does all of it,
 * wherever it runs. `one machine`: one server does all of it on all its cores.
 */
export type Growth = 'instances' | 'one process' | 'one machine';

export const parts = {
  'aws-gateway': 'instances',
  'secrets-api': 'instances',
  'crypto-keyservice': 'instances',
  'identity-service': 'instances',
  'rotation-worker': 'instances',
  // Who writes the chains holds a lease, so that there is one.
  'audit-service': 'one process',
  redis: 'one process',
  // The node that is written to; the others follow.
  mariadb: 'one machine',
} as const satisfies Record<string, Growth>;
export type Part = keyof typeof parts;

/** CPU microseconds that one call takes of each part. */
export type Costs = Record<Work, Partial<Record<Part, number>>>;

/** Bytes on disk. */
export interface Sizes {
  /** With one version of an ordinary value. */
  secret: number;
  event: number;
}

export interface Demand {
  /** A second. */
  reads: number;
  writes: number;
  rotations: number;
  /** That exist at a time. */
  secrets: number;
  /** For which events are kept. */
  days: number;
}

export interface Machines {
  /** Of each machine. */
  cores: number;
  /** The most that a part is busy, of what it has: what is left is for peaks, and for the work of an instance that has failed. */
  busiest: number;
}

export interface PartPlan {
  part: Part;
  growth: Growth;
  /** Cores that are busy, in one cell. */
  busy: number;
  /** Processes in one cell, with those that only stand by. */
  instances: number;
}

export interface Plan {
  cells: number;
  /** Of one cell. */
  parts: PartPlan[];
  /** What is full first, and the calls a second of this mixture that one cell bears. */
  limit: { part: Part; calls: number };
  /** Of one cell: those of services, and three each for the database and for Redis. */
  machines: number;
}

const DAY_SECONDS = 86_400;
/** Where one dies, another is there; the engines agree among three. */
const FEWEST_INSTANCES = 2;
const ENGINE_NODES = 3;
const isEngine = (part: Part): boolean => part === 'redis' || part === 'mariadb';

/** CPU seconds a second that a part needs for all of the demand. */
const busyOf = (part: Part, demand: Demand, costs: Costs): number => {
  const rates: Record<Work, number> = { read: demand.reads, write: demand.writes, rotation: demand.rotations };
  return works.reduce((sum, work) => sum + (rates[work] * (costs[work][part] ?? 0)) / 1e6, 0);
};

/** The most cores of a part that may be busy in one cell; infinite where instances are added. */
const mostOf = (growth: Growth, { cores, busiest }: Machines): number =>
  growth === 'instances' ? Infinity : busiest * (growth === 'one machine' ? cores : 1);

/** The fewest cells and machines that bear the demand. */
export const plan = (demand: Demand, costs: Costs, machines: Machines): Plan => {
  const names = Object.keys(parts) as Part[];
  const shares = names.map((part) => ({ part, share: busyOf(part, demand, costs) / mostOf(parts[part], machines) }));
  const fullest = shares.reduce((most, one) => (one.share > most.share ? one : most));
  const cells = Math.max(1, Math.ceil(fullest.share));
  const calls = demand.reads + demand.writes + demand.rotations;
  const planned = names.map((part): PartPlan => {
    const busy = busyOf(part, demand, costs) / cells;
    const needed = parts[part] === 'instances' ? Math.ceil(busy / machines.busiest) : 1;
    const fewest = isEngine(part) ? ENGINE_NODES : FEWEST_INSTANCES;
    return { part, growth: parts[part], busy, instances: busy === 0 ? 0 : Math.max(fewest, needed) };
  });
  const ofServices = planned.filter(({ part }) => !isEngine(part));
  const threads = ofServices.reduce((sum, { instances }) => sum + instances, 0);
  return {
    cells,
    parts: planned,
    limit: { part: fullest.part, calls: calls / fullest.share },
    machines: Math.max(FEWEST_INSTANCES, Math.ceil(threads / machines.cores)) + 2 * ENGINE_NODES,
  };
};

/** Bytes in one copy of the database, of all cells. */
export const storage = ({ reads, writes, rotations, secrets, days }: Demand, sizes: Sizes) => ({
  secrets: secrets * sizes.secret,
  events: (reads + writes + rotations) * DAY_SECONDS * days * sizes.event,
});
