import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GetSecretValueRequest, PutSecretValueRequest } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { connectTo } from '@strongroom/grpc-kit';
import { eventually } from '@strongroom/testing';
import { secretsService } from '@strongroom/methods';
import { SecondSecretsApi } from '../support/second-secrets-api';
import { System, text, UNCALLED } from '../support/system';

let system: System;
let second: SecondSecretsApi;
let address: string;

beforeAll(async () => {
  system = await System.own({ without: UNCALLED });
  second = await SecondSecretsApi.start(system.cluster);
  address = [system.cluster.endpoint('secrets-api').replace('localhost', '127.0.0.1'), second.address].join();
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
    second.process.signal('SIGTERM');
    expect(await second.process.waitForExit(15_000)).toBe(true);
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
