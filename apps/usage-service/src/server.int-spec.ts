import { callerForTests, FakePrincipalSource } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { connectTo } from '@strongroom/grpc-kit';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { usageService } from '@strongroom/methods';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { TestPki } from '@strongroom/testing';
import { serveUsage } from './server';

const accountId = '000000000000';
const region = 'us-east-1';
const principals = new FakePrincipalSource();
const recorder = new InMemoryRecorder();
const clients: { close(): void }[] = [];

let pki: TestPki;
let service: RunningService;

beforeAll(async () => {
  pki = await TestPki.create();
  const config = {
    accountId,
    region,
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls: await pki.issueFiles(serviceCertificate('usage-service')),
  };
  const options = { name: 'usage-service', config, logger: silentLogger, metrics: new Metrics({ service: 'usage-service' }) };
  service = await startService(options, (shell) => serveUsage(shell, { principals, recorder }));
});
afterAll(async () => {
  for (const client of clients) client.close();
  await service?.stop(1_000);
  pki?.drop();
});

/** Calls with the certificate of this user. */
const describeUsage = async (name: string) => {
  const address = `localhost:${service.port}`;
  const client = connectTo(usageService, { address, tls: await pki.user(name), service: 'test' });
  clients.push(client);
  return client.describeUsage({}, { timeoutMs: 5_000 });
};

it('answers a caller whose policies allow it, and leaves an event', async () => {
  const allowed = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'usage:DescribeUsage', Resource: '*' } };
  principals.add(userUri('ada'), callerForTests({ name: 'ada', policies: [allowed] }));
  expect(await describeUsage('ada')).toEqual({ accountId, region });
  expect(recorder.events).toMatchObject([{ eventSource: 'ce.amazonaws.com', eventName: 'DescribeUsage', readOnly: true }]);
});

it('refuses a caller whose policies do not allow it', async () => {
  principals.add(userUri('bob'), callerForTests({ name: 'bob', policies: [] }));
  await expect(describeUsage('bob')).rejects.toMatchObject({ reason: 'AccessDeniedException' });
});

it('refuses a stranger', async () => {
  await expect(describeUsage('stranger')).rejects.toMatchObject({ reason: 'UnrecognizedClientException' });
});
