import type { RandomSource } from '@strongroom/random';
import { fractionOf } from '../bench/load';
import type { Costs, Demand, Machines, Part, Plan, Work } from './model';

/** What a call waits for, one after the other. The chain is written after the answer. */
const way = ['aws-gateway', 'secrets-api', 'mariadb', 'crypto-keyservice', 'redis'] as const satisfies Part[];

export interface Simulated {
  calls: number;
  /** From its arrival to its answer; milliseconds. */
  p50: number;
  p99: number;
  /** Of the time, by part: how busy each of its processes or cores was. */
  busy: Partial<Record<Part, number>>;
}

interface Call {
  work: Work;
  arrived: number;
  /** When it leaves the part where it was last. Seconds. */
  at: number;
}

/** Gives the next number in [0, 1). */
type Chance = () => number;

/** Draws many at a time, because each drawing has its price. */
const chanceOf = (random: RandomSource): Chance => {
  let drawn: Buffer = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at === drawn.length) [drawn, at] = [random.bytes(1 << 16), 0];
    at += 4;
    return drawn.readUInt32BE(at - 4) / 2 ** 32;
  };
};
const exponential = (chance: Chance, mean: number): number => -mean * Math.log(1 - chance());

/** Calls come by chance and independently of one another, and take of each part what they take on average by chance as well. */
const arrivals = ({ reads, writes }: Pick<Demand, 'reads' | 'writes'>, seconds: number, chance: Chance): Call[] => {
  const calls: Call[] = [];
  const rate = reads + writes;
  for (let at = exponential(chance, 1 / rate); at < seconds; at += exponential(chance, 1 / rate)) {
    calls.push({ work: chance() < reads / rate ? 'read' : 'write', arrived: at, at });
  }
  return calls;
};

/** Sends calls through a part in the order in which they come to it. Returns the seconds that it was busy. */
const pass = (calls: Call[], costs: Costs, part: Part, lanes: number, takesTurns: boolean, chance: Chance): number => {
  const freeAt = new Float64Array(lanes);
  let busy = 0;
  calls.sort((a, b) => a.at - b.at);
  for (const [index, call] of calls.entries()) {
    const cost = costs[call.work][part];
    if (cost === undefined) continue;
    // Callers go round the instances, whatever these do; a server gives a call to a core that is free.
    const lane = takesTurns ? index % lanes : freeAt.indexOf(Math.min(...freeAt));
    const takes = exponential(chance, cost / 1e6);
    call.at = Math.max(call.at, freeAt[lane]!) + takes;
    freeAt[lane] = call.at;
    busy += takes;
  }
  return busy;
};

/** Calls on one cell of a plan for some seconds, which finds what a mean does not show: how long they wait for one another. */
export const simulate = (
  { cells, parts }: Plan,
  demand: Demand,
  costs: Costs,
  { cores }: Machines,
  random: RandomSource,
  seconds = 10,
): Simulated => {
  const chance = chanceOf(random);
  const calls = arrivals({ reads: demand.reads / cells, writes: demand.writes / cells }, seconds, chance);
  const busy: Simulated['busy'] = {};
  for (const part of way) {
    const { growth, instances } = parts.find((one) => one.part === part)!;
    if (instances === 0) continue;
    const lanes = { instances, 'one process': 1, 'one machine': cores }[growth];
    busy[part] = pass(calls, costs, part, lanes, growth === 'instances', chance) / seconds / lanes;
  }
  const took = calls.map(({ at, arrived }) => (at - arrived) * 1_000).sort((a, b) => a - b);
  return { calls: calls.length, p50: fractionOf(took, 0.5), p99: fractionOf(took, 0.99), busy };
};
