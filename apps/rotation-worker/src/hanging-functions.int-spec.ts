import { eventually } from '@strongroom/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RotationRequest } from './domain/rotation-request.port';
import { startTestRotationWorker, type TestRotationWorker } from './server.testing';

const GREEDY = '111111111111';
const MODEST = '222222222222';
const MANY = 64;

/** The request to the endpoint of a function; see docs/rotation-functions.md. */
interface StepEvent {
  Step: string;
  SecretId: string;
  ClientRequestToken: string;
}

describe('64 rotations of one account that hang', () => {
  let worker: TestRotationWorker;
  let endpoint: Server;
  /** The calls of the hanging function, which never get an answer. */
  let hanging = 0;

  beforeAll(async () => {
    worker = await startTestRotationWorker('hanging');
    endpoint = createServer((request, response) => {
      if (request.url?.startsWith('/hangs/')) return void hanging++;
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const event = JSON.parse(Buffer.concat(parts).toString()) as StepEvent;
        if (event.Step === 'finishSecret')
          void worker.requests.finish({ secretArn: event.SecretId, token: event.ClientRequestToken });
        response.end('null');
      });
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const register = (accountId: string, functionName: string) => {
      const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/${functionName}`;
      const implementation = { $case: 'http' as const, value: { endpoint: url } };
      return worker.as({ accountId }).registerRotationFunction({ functionName, implementation, timeout: { seconds: 900n } });
    };
    await register(GREEDY, 'hangs');
    await register(MODEST, 'works');
    for (let n = 0; n < MANY; n++) request(GREEDY, 'hangs');
    // The worker looks at fewer at a time. So by then most have asked for a slot, found none, and were put back.
    await eventually('all have asked', () => worker.requests.lookedAt.size === MANY && hanging > 0, 60_000);
  }, 90_000);

  afterAll(async () => {
    endpoint?.closeAllConnections();
    endpoint?.close();
    await worker?.stop();
  });

  const request = (accountId: string, functionName: string): RotationRequest =>
    worker.requests.add({ accountId, functionArn: `arn:aws:lambda:us-east-1:${accountId}:function:${functionName}` });
  const started = (account: string): Set<string> =>
    new Set(
      worker.recorder.events
        .filter(({ eventName, recipientAccountId }) => eventName === 'RotationStarted' && recipientAccountId === account)
        .map(({ requestId }) => requestId),
    );
  const ends = (rotation: RotationRequest) =>
    eventually('the rotation is complete', () => worker.requests.of(rotation).state === 'complete', 60_000);

  it('leave slots to the custom function of another account', async () => {
    await ends(request(MODEST, 'works'));
    // What has no slot has not begun.
    expect(started(GREEDY).size).toBe(hanging);
    expect(hanging).toBeLessThan(MANY);
  }, 90_000);

  it('leave the slots of built-in functions alone, those of their own account as well', async () => {
    await ends(request(MODEST, 'strongroom-test'));
    await ends(request(GREEDY, 'strongroom-test'));
  }, 90_000);
});
