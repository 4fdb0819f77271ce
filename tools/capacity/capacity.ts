import { existsSync, readFileSync } from 'node:fs';
import { SeededRandom } from '@strongroom/random';
import { type RunReport, table } from '../bench/report';
import { checkOf, costsOfBenchmark } from './costs-of-benchmark';
import { measuredCosts, measuredSizes } from './measured-costs';
import { type Demand, type Machines, plan, storage } from './model';
import { simulate } from './simulation';

export interface CapacityOptions extends Demand, Machines {
  /** The file `bench.json` of a run of the benchmark; default: the costs in docs/capacity.md. */
  results?: string;
}

/** More take long, and say no more. */
const SIMULATED_CALLS = 200_000;

const size = (bytes: number): string =>
  bytes >= 1e12 ? `${(bytes / 1e12).toFixed(1)} TB` : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** What a load takes, as text. @throws Error if there are no such results */
export const capacity = ({ results, cores, busiest, ...demand }: CapacityOptions): string => {
  if (results !== undefined && !existsSync(results)) throw new Error(`--results: there is no file ${results}`);
  const run = results === undefined ? undefined : (JSON.parse(readFileSync(results, 'utf8')) as RunReport);
  const costs = run === undefined ? measuredCosts : costsOfBenchmark(run);
  const machines = { cores, busiest };
  const planned = plan(demand, costs, machines);
  const bytes = storage(demand, measuredSizes);
  const seconds = Math.min(10, (SIMULATED_CALLS * planned.cells) / (demand.reads + demand.writes));
  const simulated = simulate(planned, demand, costs, machines, new SeededRandom('capacity'), seconds);
  const rows = planned.parts
    .filter(({ instances }) => instances > 0)
    .map(({ part, growth, busy, instances }) => {
      const found = simulated.busy[part];
      return [part, growth, String(instances), busy.toFixed(2), found === undefined ? '–' : `${Math.round(found * 100)} %`];
    });
  return [
    `${whole(planned.cells)} ${planned.cells === 1 ? 'cluster' : 'cells'}; each bears ${whole(planned.limit.calls)} of these calls a second, then ${planned.limit.part} is full.`,
    `${whole(planned.machines)} machines of ${cores} cores a cell, ${whole(planned.machines * planned.cells)} in all: services, and three each for the database and for Redis.`,
    `${size(bytes.secrets)} for the secrets and ${size(bytes.events)} for the events, in each copy of the database.`,
    '',
    table([['of one cell', 'grows by', 'processes', 'cores busy', 'each is busy, simulated'], ...rows]),
    '',
    simulated.calls === 0
      ? 'Rotations are not simulated; there are no reads and writes.'
      : `Simulated, ${whole(simulated.calls)} reads and writes: p50 ${simulated.p50.toFixed(1)} ms, p99 ${simulated.p99.toFixed(1)} ms.`,
    ...(run === undefined ? [] : ['', checkOf(run)]),
  ].join('\n');
};
