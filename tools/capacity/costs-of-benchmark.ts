import type { Measurement } from '../bench/measure';
import type { RunReport } from '../bench/report';
import { type Costs, type Part, parts } from './model';

type Results = Pick<RunReport, 'measurements' | 'rotations'>;

const ofParts = (cpu: Readonly<Record<string, number>>, unit: number): Costs['read'] =>
  Object.fromEntries(
    (Object.keys(parts) as Part[]).flatMap((part) => (cpu[part] === undefined ? [] : [[part, cpu[part] * unit] as const])),
  );

const readsOf = (measurements: readonly Measurement[]): Measurement | undefined =>
  measurements.find(({ name, inFlight }) => inFlight === 64 && /^GetSecretValue, \d+ secrets$/.test(name));

/** The costs that a run of the whole benchmark has measured, with 64 calls in flight. @throws Error if it left something out */
export const costsOfBenchmark = ({ measurements, rotations }: Results): Costs => {
  const missing = (what: string) => new Error(`the results hold nothing of ${what}: run the whole benchmark, npm run bench`);
  const reads = readsOf(measurements);
  if (!reads) throw missing('reads');
  const writes = measurements.find(({ name, inFlight }) => inFlight === 64 && name === 'PutSecretValue');
  if (!writes) throw missing('writes');
  const rotation = rotations.at(-1);
  if (!rotation) throw missing('rotations');
  // Of rotations it says milliseconds.
  return { read: ofParts(reads.cpu, 1), write: ofParts(writes.cpu, 1), rotation: ofParts(rotation.cpu, 1_000) };
};

/** What costs alone say of the machine of the run, beside what it did. */
export const checkOf = ({ measurements, machine }: Pick<RunReport, 'measurements' | 'machine'>): string => {
  const reads = readsOf(measurements);
  if (!reads) return '';
  const takes = Object.values(reads.cpu).reduce((sum, cost) => sum + cost, 0);
  const cores = parseInt(machine, 10);
  const said = Math.round((cores * 1e6) / takes).toLocaleString('en-US');
  const did = Math.round(reads.throughput).toLocaleString('en-US');
  return `By its costs, the client's among them, the machine of the run bears ${said} reads a second on its ${cores} cores; it did ${did}.`;
};
