import type { Measurement } from '../bench/measure';
import { SeededRandom } from '@strongroom/random';
import { capacity } from './capacity';
import { checkOf, costsOfBenchmark } from './costs-of-benchmark';
import { type Costs, plan, storage } from './model';
import { simulate } from './simulation';

const costs: Costs = {
  read: { 'secrets-api': 400, mariadb: 100, redis: 20, 'audit-service': 60 },
  write: { 'secrets-api': 500, mariadb: 250, redis: 20, 'audit-service': 60 },
  rotation: { 'rotation-worker': 10_000, mariadb: 8_000 },
};
const machines = { cores: 8, busiest: 0.5 };
const demand = { reads: 0, writes: 0, rotations: 0, secrets: 0, days: 0 };
const partOf = (planned: ReturnType<typeof plan>, part: string) => planned.parts.find((one) => one.part === part)!;

describe('a plan', () => {
  it('adds instances until each is busy for the share that it may be', () => {
    const planned = plan({ ...demand, reads: 5_000 }, costs, machines);
    expect(planned.cells).toBe(1);
    // Two cores of work, in processes that may each do half a core.
    expect(partOf(planned, 'secrets-api')).toMatchObject({ busy: 2, instances: 4 });
    expect(partOf(planned, 'redis')).toMatchObject({ busy: 0.1, instances: 3 });
    expect(partOf(planned, 'rotation-worker')).toMatchObject({ busy: 0, instances: 0 });
  });

  it('never has one instance alone of what can have several', () => {
    expect(partOf(plan({ ...demand, reads: 1 }, costs, machines), 'secrets-api').instances).toBe(2);
  });

  it('says what is full first, and adds cells beyond it', () => {
    // Half a core of the process that writes the trail.
    const planned = plan({ ...demand, reads: 100_000 }, costs, machines);
    expect(planned.limit.part).toBe('audit-service');
    expect(planned.limit.calls).toBeCloseTo(0.5 / 60e-6, 6);
    expect(planned.cells).toBe(12);
    expect(partOf(planned, 'secrets-api').busy).toBeCloseTo(40 / 12);
  });

  it('counts all cores of the server that is written to', () => {
    const planned = plan({ ...demand, rotations: 1_000 }, costs, machines);
    // Eight cores of work, of which four may be busy.
    expect(planned).toMatchObject({ cells: 2, limit: { part: 'mariadb', calls: 500 } });
  });

  it('says what the data takes', () => {
    const kept = { ...demand, reads: 10, secrets: 1_000, days: 2 };
    expect(storage(kept, { secret: 2_000, event: 400 })).toEqual({ secrets: 2e6, events: 10 * 86_400 * 2 * 400 });
  });
});

describe('a simulation', () => {
  const ofOne: Costs = { read: { redis: 1_000 }, write: {}, rotation: {} };
  const load = { ...demand, reads: 700 };
  const one = plan(load, ofOne, { cores: 1, busiest: 1 });

  it('waits as queueing theory says of one server', () => {
    const { p50, busy } = simulate(one, load, ofOne, { cores: 1, busiest: 1 }, new SeededRandom('a'), 400);
    // M/M/1: the time in the system is exponential, with the mean 1 / (1,000 - 700) s.
    expect(busy.redis).toBeCloseTo(0.7, 1);
    expect(p50 / ((1_000 * Math.LN2) / 300)).toBeCloseTo(1, 1);
  });

  it('is as busy as the plan says', () => {
    const many = { ...demand, reads: 5_000, writes: 500 };
    const planned = plan(many, costs, machines);
    const { busy, calls } = simulate(planned, many, costs, machines, new SeededRandom('b'), 10);
    expect(calls / 55_000).toBeCloseTo(1, 1);
    const { busy: cores, instances } = partOf(planned, 'secrets-api');
    expect(busy['secrets-api']! / (cores / instances)).toBeCloseTo(1, 1);
    expect(busy.mariadb! / (partOf(planned, 'mariadb').busy / machines.cores)).toBeCloseTo(1, 1);
  });

  it('is the same for the same seed', () => {
    const run = () => simulate(one, load, ofOne, { cores: 1, busiest: 1 }, new SeededRandom('c'), 1);
    expect(run()).toEqual(run());
  });
});

describe('costs of a run of the benchmark', () => {
  const measurement = (name: string, cpu: Record<string, number>) => ({ name, inFlight: 64, cpu }) as unknown as Measurement;
  const rotations = [{ cpu: { 'rotation-worker': 12, client: 1 } }] as never;

  it('are of the reads, writes and rotations of it, without the client', () => {
    const measurements = [
      measurement('GetSecretValue, 10000 secrets', { redis: 20, client: 300 }),
      measurement('PutSecretValue', { redis: 21 }),
    ];
    expect(costsOfBenchmark({ measurements, rotations })).toEqual({
      read: { redis: 20 },
      write: { redis: 21 },
      rotation: { 'rotation-worker': 12_000 },
    });
  });

  it('say what the machine of the run should have done', () => {
    const reads = { ...measurement('GetSecretValue, 10 secrets', { redis: 300, client: 200 }), throughput: 3_900 };
    expect(checkOf({ machine: '2 × CPU, 24 GiB', measurements: [reads] })).toContain(
      '4,000 reads a second on its 2 cores; it did 3,900',
    );
  });

  it('need a whole run', () => {
    expect(() => costsOfBenchmark({ measurements: [], rotations })).toThrow('nothing of reads');
  });
});

it('says in words what a load takes', () => {
  const text = capacity({ reads: 1e6, writes: 1_000, rotations: 1, secrets: 1e8, days: 30, cores: 16, busiest: 0.6 });
  expect(text).toMatch(/cells; each bears [\d,]+ of these calls a second, then audit-service is full/);
  expect(text).toMatch(/\d+ machines of 16 cores a cell/);
  expect(text).toMatch(/Simulated, [\d,]+ reads and writes: p50 \d+\.\d ms, p99 \d+\.\d ms/);
  const rotationsAlone = capacity({ ...demand, reads: 0, writes: 0, rotations: 1, cores: 2, busiest: 0.6 });
  expect(rotationsAlone).toContain('Rotations are not simulated');
  expect(rotationsAlone).not.toContain('NaN');
  expect(() => capacity({ ...demand, cores: 1, busiest: 1, results: '/absent' })).toThrow('--results: there is no file');
});
