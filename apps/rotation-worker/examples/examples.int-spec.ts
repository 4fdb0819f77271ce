import { ResourceNotFoundException, type SecretsCalls } from '@strongroom/client';
import { RotationRunState } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import type { RunningServer } from '@strongroom/grpc-kit';
import { silentLogger } from '@strongroom/telemetry';
import { eventually } from '@strongroom/testing';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RotationRequest } from '../src/domain/rotation-request.port';
import type { FakeRotationRequests } from '../src/domain/fake-rotation-requests.testing';
import { startTestRotationWorker, type TestRotationWorker } from '../src/server.testing';
import { ApiKeyRotation, type Vendor } from './api-key-rotation';
import { serveGrpcFunction } from './grpc-function';
import { httpFunction } from './http-function';

/** The part of secrets-api that the functions call, driven by the state of the requests. */
const fakeSecrets = (requests: FakeRotationRequests) => {
  const values = new Map<string, string>();
  const of = (secretArn: string) => [...requests.requests.values()].find((request) => request.secretArn === secretArn)!;
  const missing = () =>
    new ResourceNotFoundException({ kind: 'not-found', reason: 'ResourceNotFoundException', message: 'no value yet' });
  return {
    getSecretValue: async ({ versionId = '' }) => {
      if (!values.has(versionId)) throw missing();
      return { secretString: values.get(versionId) };
    },
    putSecretValue: async ({ clientRequestToken = '', secretString = '' }) => void values.set(clientRequestToken, secretString),
    getRandomPassword: async () => ({ randomPassword: 'made-by-strongroom' }),
    describeSecret: async ({ secretId = '' }) => ({
      versionIdsToStages: { [requests.current.get(secretId) ?? 'before']: { stages: ['AWSCURRENT'] } },
    }),
    updateSecretVersionStage: async ({ secretId = '' }) => requests.finish(of(secretId)),
  } as unknown as SecretsCalls;
};

describe('the examples of custom functions', () => {
  let worker: TestRotationWorker;
  let grpc: RunningServer;
  let http: Server;
  let accepted: Set<string>;
  let failure: Error | undefined;

  beforeAll(async () => {
    worker = await startTestRotationWorker('examples', { builtInTimeoutMs: 2_000 });
    const vendor: Vendor = {
      accept: async (key) => void accepted.add(key),
      check: async (key) => {
        if (failure) throw failure;
        if (!accepted.has(key)) throw new Error('the vendor refuses the key');
      },
    };
    const rotation = new ApiKeyRotation(fakeSecrets(worker.requests), vendor);
    const tls = await worker.pki.issueFiles({
      uri: 'spiffe://functions.example/api-key',
      dnsNames: ['localhost'],
    });
    grpc = await serveGrpcFunction(rotation, {
      listen: '127.0.0.1:0',
      tls,
      trustDomain: 'strongroom.local',
      logger: silentLogger,
    });
    http = httpFunction(rotation).listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    const api = worker.as();
    await api.registerRotationFunction({
      functionName: 'by-grpc',
      implementation: {
        $case: 'grpc',
        value: { address: `localhost:${grpc.port}`, serverUri: 'spiffe://functions.example/api-key' },
      },
    });
    await api.registerRotationFunction({
      functionName: 'by-http',
      implementation: { $case: 'http', value: { endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}` } },
    });
  }, 30_000);

  beforeEach(() => {
    accepted = new Set();
    failure = undefined;
  });

  afterAll(async () => {
    await worker.stop();
    await grpc.close();
    http.closeAllConnections();
    http.close();
  });

  const newestOf = async ({ secretArn }: RotationRequest) =>
    (await worker.as().listRotationRuns({ secretId: secretArn })).runs[0];
  const isFailed = ({ errorCode }: { errorCode: string }) => errorCode !== '';
  const add = (name: string) => worker.requests.add({ functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}` });

  it.each(['by-grpc', 'by-http'])('rotate a secret: %s', async (name) => {
    const request = add(name);
    await eventually('the run ends', async () => (await newestOf(request))?.endedDate !== undefined);
    expect(await newestOf(request)).toMatchObject({ state: 2, diagnosis: '' });
    expect(worker.requests.current.get(request.secretArn)).toBe(request.token);
    expect(accepted).toEqual(new Set(['made-by-strongroom']));
  });

  it.each(['by-grpc', 'by-http'])('tell why they failed, and no value: %s', async (name) => {
    failure = Object.assign(new Error('password=hunter2 was refused'), { name: 'VendorError' });
    const request = add(name);
    await eventually('a step fails', async () => (await newestOf(request))?.steps.at(-1)?.tries.some(isFailed));
    const { tries } = (await newestOf(request))!.steps.at(-1)!;
    // A gRPC service that raises an unknown error says no more than that.
    const said =
      name === 'by-http'
        ? { errorCode: 'VendorError', errorMessage: 'password=… was refused' }
        : { errorCode: 'InternalServiceError', errorMessage: 'internal error' };
    expect(tries[0]).toMatchObject(said);
    failure = undefined;
    await eventually('the run succeeds', async () => (await newestOf(request))?.state === RotationRunState.SUCCEEDED);
  });

  it('fail at once when the endpoint knows no such function, and heal when it is back', async () => {
    const request = add('never-registered');
    await eventually('the run fails', async () => (await newestOf(request))?.state === RotationRunState.FAILED);
    expect((await newestOf(request))!.diagnosis).toContain('Function not found');
  });

  it('are not called by an impostor of rotation-worker, nor trusted under another name', async () => {
    await worker.as().registerRotationFunction({
      functionName: 'impostor',
      implementation: {
        $case: 'grpc',
        value: { address: `localhost:${grpc.port}`, serverUri: 'spiffe://functions.example/other' },
      },
    });
    const request = add('impostor');
    await eventually('the first step fails', async () => (await newestOf(request))?.steps[0]?.tries.some(isFailed));
    expect((await newestOf(request))!.steps[0]!.tries[0]!.errorCode).toBe('ServiceUnavailableException');
    expect(accepted).toEqual(new Set());
  });
});
