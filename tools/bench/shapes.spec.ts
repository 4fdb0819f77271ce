import type { Measurement } from './measure';
import { cpuByKind, shapeTables } from './shapes';

const measurement = (changes: Partial<Measurement>): Measurement => ({
  name: 'GetSecretValue',
  inFlight: 64,
  throughput: 1_000,
  items: 1_000,
  p50: 10,
  p99: 20,
  throughputRatio: 1,
  p99Ratio: 1,
  cpu: {},
  turns: {},
  serverCpuRatio: 1,
  failures: {},
  isYardstick: false,
  ...changes,
});
const cellsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

it('adds up the processes of a kind', () => {
  const cpu = { 'mariadb-1': 100, 'mariadb-2': 50, 'secrets-api': 10, 'secrets-api-2': 20, client: 5 };
  expect(Object.fromEntries(cpuByKind({ cpu }))).toEqual({ mariadb: 150, 'secrets-api': 30, client: 5 });
});

it('puts both clusters beside each other, and the echo beside them', () => {
  const text = shapeTables({
    single: [
      measurement({ name: 'echo', isYardstick: true, throughput: 6_000, cpu: { echo: 100, mariadb: 1 } }),
      measurement({ cpu: { echo: 9, mariadb: 100, 'secrets-api': 200, client: 50 } }),
    ],
    highlyAvailable: [
      measurement({ name: 'echo', isYardstick: true, throughput: 3_000, cpu: { echo: 200, 'mariadb-1': 1 } }),
      measurement({
        throughput: 500,
        p50: 30,
        p99: 40,
        cpu: { 'mariadb-1': 150, 'mariadb-2': 100, 'sentinel-1': 50, 'secrets-api': 150, 'secrets-api-2': 150, client: 50 },
        failures: { '14 away': 2 },
      }),
    ],
  });
  expect(cellsOf(text)).toEqual([
    ['scenario: single → highly available', 'in flight', 'calls/s', 'ratio', 'p50 ms', 'p99 ms', 'server CPU µs', 'ratio'],
    ['echo', '64', '6000 → 3000', '0.50', '10.00 → 10.00', '20.00 → 20.00', '100 → 200', '2.00'],
    ['GetSecretValue', '64', '1000 → 500', '0.50', '10.00 → 30.00', '20.00 → 40.00', '300 → 600', '2.00'],
    ['scenario', 'in flight', 'cluster', 'mariadb', 'secrets-api', 'sentinel'],
    ['GetSecretValue', '64', 'single', '100', '200', '0'],
    ['GetSecretValue', '64', 'highly available', '250', '300', '50'],
  ]);
  expect(text).toContain('GetSecretValue, 64 in flight, highly available: 2 × 14 away');
});
