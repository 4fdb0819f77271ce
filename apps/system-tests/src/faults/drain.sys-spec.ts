import { readFileSync } from 'node:fs';
import { GetSecretValueRequest, PutSecretValueRequest } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { connectTo } from '@strongroom/grpc-kit';
import { isServing } from '@strongroom/health-probe';
import { BackgroundProcess, findFreePorts } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { secretsService } from '@strongroom/methods';
import { System, text } from '../support/system';
import { randomUUID } from 'node:crypto';

let system: System;
let second: BackgroundProcess;
let address: string;

/** The environment of a running process, as it was given at its start. */
const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

beforeAll(async () => {
  system = await System.own();
  const { cluster } = system;
  const pid = cluster.pid('secrets-api')!;
  const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  const port = await findFreePorts(2);
  second = new BackgroundProcess({
    name: 'second secrets-api',
    command: command!,
    args,
    env: { ...environmentOf(pid), STRONGROOM_LISTEN: `127.0.0.1:${port}`, STRONGROOM_METRICS_LISTEN: `127.0.0.1:${port + 1}` },
    // Where the cluster's own stop finds it.
    pidFile: `${cluster.home}/run/secrets-api-2.pid`,
    logFile: `${cluster.home}/logs/secrets-api-2.log`,
  });
  await second.start();
  // Not by `isPortFree`, which takes the port for a moment.
  await second.waitUntil('serving', () => isServing(`localhost:${port}`, cluster.adminCertificate.caFile), 20_000);
  address = [cluster.endpoint('secrets-api').replace('localhost', '127.0.0.1'), `127.0.0.1:${port}`].join();
});
afterAll(() => system?.stop());

it('drops no request of clients that repeat, while two instances restart in turn', async () => {
  const secretId = await system.secret();
  const client = connectTo(secretsService, {
    address,
    tls: system.cluster.adminCertificate,
    service: 'system-tests',
    serverName: 'localhost',
  });
  const options = { timeoutMs: 10_000 };
  const read = () => client.getSecretValue(GetSecretValueRequest.fromPartial({ secretId }), options);
  const put = () =>
    client.putSecretValue(
      PutSecretValueRequest.fromPartial({ secretId, value: text('new'), clientRequestToken: randomUUID() }),
      options,
    );
  const failures: string[] = [];
  let done = 0;
  let isRunning = true;
  const worker = async (call: () => Promise<unknown>) => {
    while (isRunning) {
      await call().then(
        () => done++,
        (error: Error) => failures.push(String(error)),
      );
    }
  };
  const workers = [...Array.from({ length: 8 }, () => worker(read)), worker(put), worker(put)];
  const progress = async () => {
    const before = done;
    await eventually('calls are answered', async () => done > before + 50, 15_000);
  };
  try {
    await progress();
    await system.cluster.kill('secrets-api', 'SIGTERM');
    await progress();
    await system.cluster.startService('secrets-api');
    // Until its clients have found it again, the other one would be missed.
    await eventually('it answers calls again', async () => {
      const metrics = await (await fetch(system.cluster.metricsUrl('secrets-api'))).text();
      return /^strongroom_[a-z_]+\{[^}]*GetSecretValue[^}]*\} [1-9]/m.test(metrics);
    });
    await progress();
    second.signal('SIGTERM');
    expect(await second.waitForExit(15_000)).toBe(true);
    await progress();
  } finally {
    isRunning = false;
    await Promise.all(workers);
    client.close();
  }
  console.log(`${done} calls answered over two restarts`);
  expect(failures).toEqual([]);
});

it('ends each service within its grace on SIGTERM, and cleanly', async () => {
  const { cluster } = system;
  for (const service of ['rotation-worker', 'audit-service', 'secrets-api', 'crypto-keyservice', 'identity-service'] as const) {
    const start = performance.now();
    await cluster.kill(service, 'SIGTERM');
    console.log(`${service} ended in ${Math.round(performance.now() - start)} ms`);
    expect(performance.now() - start).toBeLessThan(15_000);
    const log = readFileSync(cluster.logFile(service), 'utf8');
    expect(log.split('\n').filter((line) => /"level":(50|60)|unhandled|uncaught/i.test(line))).toEqual([]);
  }
});
