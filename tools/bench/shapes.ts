import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GetSecretValueRequest, GetSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { callUnary } from '@strongroom/grpc-kit';
import { findFreePorts, LocalCluster, type Processes } from '@strongroom/local-cluster';
import { full, quick } from './bench';
import { connectTo, createFirstSecret } from './clients';
import { startEcho } from './echo-process';
import { ECHO, measure, type Measurement } from './measure';
import { machine, number, table } from './report';
import { getSecretValue, shapeScenarios } from './scenarios';
import { nameOf, seedSecrets } from './seeding';

export interface ShapeOptions {
  /** Takes less time: fewer secrets and rounds, and less reliable figures. */
  quick?: boolean;
}

/** What was measured on a single cluster and on a highly available one, in the same order. */
export interface Shapes {
  single: readonly Measurement[];
  highlyAvailable: readonly Measurement[];
}

const RESULTS = 'dist/bench';
const CLIENT = 'client';

const say = (line: string) => console.log(line);

/** Measures the same reads and writes on a single cluster and on a highly available one, one after the other. */
export const compareShapes = async (options: ShapeOptions): Promise<void> => {
  const single = await measureShape(false, options);
  const shapes = { single, highlyAvailable: await measureShape(true, options) };
  const text = `${machine()}, ${new Date().toISOString().slice(0, 10)}.\n\n${shapeTables(shapes)}\n`;
  say(`\n${text}`);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'shapes.md'), text);
  say(join(RESULTS, 'shapes.md'));
};

const measureShape = async (highAvailability: boolean, options: ShapeOptions): Promise<Measurement[]> => {
  const home = mkdtempSync(resolve('.strongroom-bench-'));
  say(`Starting a cluster of its own, ${highAvailability ? 'highly available' : 'single'} …`);
  const cluster = await LocalCluster.start({ home, highAvailability });
  try {
    return await measureReadsAndWrites(cluster, options.quick ? quick : full);
  } finally {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

const measureReadsAndWrites = async (cluster: LocalCluster, size: typeof full): Promise<Measurement[]> => {
  const client = connectTo(cluster);
  await createFirstSecret(client);
  const first = await callUnary(client.getSecretValue.bind(client), GetSecretValueRequest.fromPartial({ secretId: nameOf(0) }));
  const port = await findFreePorts(2);
  const echo = await startEcho({
    port,
    tls: cluster.serviceCertificate('secrets-api'),
    reply: Buffer.from(GetSecretValueResponse.encode(first).finish()).toString('base64'),
    https: { port: port + 1, reply: '' },
  });
  const echoClient = connectTo(cluster, { address: `localhost:${port}` });
  let phase = '';
  const report = (line: string) => (phase = line);
  const tick = setInterval(() => say(`  … ${phase}`), 5_000);
  try {
    await seedSecrets(cluster, { count: size.spread, report });
    const servers: Processes = new Map(cluster.components.map((name) => [name, cluster.pid(name)!] as const));
    return await measure(shapeScenarios(client, size.spread), {
      ...size,
      processes: new Map([[ECHO, echo.pid!], ...servers, [CLIENT, process.pid]]),
      echo: getSecretValue(echoClient, () => nameOf(0)),
      report,
    });
  } finally {
    clearInterval(tick);
    echo.kill('SIGKILL');
    echoClient.close();
    client.close();
  }
};

/** CPU microseconds a call, by kind of process: the nodes of a database are one, as are the processes of a service. */
export const cpuByKind = ({ cpu }: Pick<Measurement, 'cpu'>): Map<string, number> => {
  const kinds = new Map<string, number>();
  for (const [process, micros] of Object.entries(cpu)) {
    const kind = process.replace(/-\d$/, '');
    kinds.set(kind, (kinds.get(kind) ?? 0) + micros);
  }
  return kinds;
};

/** Markdown, as docs/performance.md shows it. The echo says how far the machine itself differed between the two. */
export const shapeTables = ({ single, highlyAvailable }: Shapes): string => {
  const pairs = single.map((one, index) => ({ one, other: highlyAvailable[index]! }));
  const both = (of: (measurement: Measurement) => number, digits = 2) =>
    pairs.map(({ one, other }) => [number(of(one), digits), number(of(other), digits)]);
  const [rates, p50, p99, cpu] = [
    both(({ throughput }) => throughput, 0),
    both((one) => one.p50),
    both((one) => one.p99),
    both(serverCpu, 0),
  ];
  const measured = pairs.filter(({ one }) => !one.isYardstick);
  const kinds = [...new Set(measured.flatMap(({ one, other }) => [...cpuByKind(one).keys(), ...cpuByKind(other).keys()]))];
  const shown = kinds.filter((kind) => kind !== ECHO && kind !== CLIENT);
  const failures = pairs.flatMap(({ one, other }) => [failuresOf('single', one), failuresOf('highly available', other)]).flat();
  return [
    table([
      ['scenario: single → highly available', 'in flight', 'calls/s', 'ratio', 'p50 ms', 'p99 ms', 'server CPU µs', 'ratio'],
      ...pairs.map(({ one, other }, index) => [
        one.name,
        String(one.inFlight),
        rates[index]!.join(' → '),
        number(other.throughput / one.throughput),
        p50[index]!.join(' → '),
        p99[index]!.join(' → '),
        cpu[index]!.join(' → '),
        number(serverCpu(other) / serverCpu(one)),
      ]),
    ]),
    '',
    'CPU microseconds a call, by kind of process:',
    '',
    table([
      ['scenario', 'in flight', 'cluster', ...shown],
      ...measured.flatMap(({ one, other }) =>
        (
          [
            ['single', one],
            ['highly available', other],
          ] as const
        ).map(([name, measurement]) => {
          const used = cpuByKind(measurement);
          return [one.name, String(one.inFlight), name, ...shown.map((kind) => number(used.get(kind) ?? 0, 0))];
        }),
      ),
    ]),
    ...failures,
  ].join('\n');
};

/** Of the cluster; of the echo, for the echo. */
const serverCpu = (measurement: Measurement): number =>
  [...cpuByKind(measurement)].reduce(
    (sum, [kind, micros]) => ((measurement.isYardstick ? kind === ECHO : kind !== ECHO && kind !== CLIENT) ? sum + micros : sum),
    0,
  );

const failuresOf = (shape: string, { name, inFlight, failures }: Measurement): string[] =>
  Object.entries(failures).map(([what, count]) => `\n${name}, ${inFlight} in flight, ${shape}: ${count} × ${what}`);
