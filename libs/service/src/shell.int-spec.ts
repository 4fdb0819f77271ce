import { FakePrincipalSource, callerForTests } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import {
  type ResolveRotationFunctionRequest,
  RotationFunctionDirectoryServiceService,
} from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { connectTo, served, type ServiceClient, unary } from '@strongroom/grpc-kit';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { describeService, read } from '@strongroom/methods';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { TestPki, eventually } from '@strongroom/testing';
import { type RunningService, type Shell, startService } from './index';

/** The service as it is, but for callers, and audited. */
const directory = describeService(RotationFunctionDirectoryServiceService, 'lambda.amazonaws.com', {
  resolveRotationFunction: { callers: 'authenticated', ...read },
});
const principals = new FakePrincipalSource();
const recorder = new InMemoryRecorder();
const clients: { close(): void }[] = [];
let pki: TestPki;
let shell: Shell;
let service: RunningService;
let release: (() => void) | undefined;

beforeAll(async () => {
  pki = await TestPki.create();
  const config = {
    accountId: '000000000000',
    region: 'us-east-1',
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls: await pki.issueFiles(serviceCertificate('rotation-worker')),
  };
  const metrics = new Metrics({ service: 'rotation-worker' });
  service = await startService({ name: 'rotation-worker', config, logger: silentLogger, metrics }, async (its) => {
    shell = its;
    const resolveRotationFunction = unary(async ({ functionName }: ResolveRotationFunctionRequest) => {
      if (functionName === 'slow') await new Promise<void>((resolve) => (release = resolve));
      return { functionArn: `arn of ${functionName}` };
    });
    const port = await shell.serve({
      principals,
      recorder,
      services: [served(directory, { resolveRotationFunction })],
    });
    return { port };
  });
  principals.add(userUri('alice'), callerForTests({ name: 'alice' }));
});
afterAll(async () => {
  for (const client of clients) client.close();
  await service.stop(0);
  pki.drop();
});

const address = () => `127.0.0.1:${service.port}`;
const as = async (name: string) => {
  const client = connectTo(directory, {
    address: address(),
    tls: await pki.user(name),
    service: 'test',
  });
  clients.push(client);
  return (functionName: string) => resolve(client, functionName);
};
const resolve = (client: ServiceClient<typeof directory>, functionName: string) =>
  client.resolveRotationFunction({ accountId: '', functionName }, { timeoutMs: 10_000 });

it('serves whom its principals know, and records each call', async () => {
  const alice = await as('alice');
  expect(await alice('quick')).toEqual({ functionArn: 'arn of quick' });
  expect(recorder.events.at(-1)).toMatchObject({
    eventSource: 'lambda.amazonaws.com',
    eventName: 'ResolveRotationFunction',
    readOnly: true,
    userIdentity: { userName: 'alice' },
  });
});

it('turns away whom they do not know, and records that as well', async () => {
  const stranger = await as('stranger');
  await expect(stranger('quick')).rejects.toMatchObject({ kind: 'unauthenticated' });
  expect(recorder.events.at(-1)).toMatchObject({
    eventName: 'ResolveRotationFunction',
    errorCode: 'UnrecognizedClientException',
  });
});

it('speaks to no service that is another than it asked for', async () => {
  const right = shell.client(directory, 'rotation-worker', address());
  const wrong = shell.client(directory, 'secrets-api', address());
  principals.add('spiffe://strongroom.local/service/rotation-worker', callerForTests({ name: 'worker' }));
  await expect(resolve(wrong, 'quick')).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(resolve(right, 'quick')).rejects.not.toMatchObject({ kind: 'unavailable' });
});

it('lets a call end that is under way when it stops, and has closed its clients then', async () => {
  const alice = await as('alice');
  const own = shell.client(directory, 'rotation-worker', address());
  const slow = alice('slow');
  const finish = await eventually('the call is under way', () => release);
  const stopped = service.stop(10_000);
  finish();
  expect(await slow).toEqual({ functionArn: 'arn of slow' });
  await stopped;
  await expect(resolve(own, 'quick')).rejects.toMatchObject({ message: expect.stringMatching(/closed|shut ?down/i) as string });
});
