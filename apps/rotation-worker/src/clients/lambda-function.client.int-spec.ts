import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StepCall } from '../domain/rotation-function.port';
import { targetHttp } from '@strongroom/egress';
import { anywhere } from '@strongroom/egress/testing';
import { lambdaInvoker } from './lambda-function.client';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

describe('the Invoke call of Lambda', () => {
  let server: Server;
  let answer: Answer;
  const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf';

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => answer(request, response, body));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const invoke = (options: { signal?: AbortSignal; port?: number } = {}) => {
    const { signal = AbortSignal.timeout(5_000), port = (server.address() as AddressInfo).port } = options;
    const call: StepCall = { secretArn, token: 'the-token', rotationToken: 'the-rotation-token', signal };
    const endpoint = `http://127.0.0.1:${port}/base`;
    return lambdaInvoker(
      { kind: 'http', endpoint, caPem: '' },
      { name: 'rotate', timeoutMs: 30_000 },
      targetHttp(anywhere),
    ).invoke('setSecret', call);
  };

  it('says what AWS says to a rotation function', async () => {
    let seen: unknown;
    answer = ({ method, url, headers }, response, body) => {
      seen = { method, url, type: headers['x-amz-invocation-type'], event: JSON.parse(body) as unknown };
      response.end('null');
    };
    await invoke();
    expect(seen).toEqual({
      method: 'POST',
      url: '/base/2015-03-31/functions/rotate/invocations',
      type: 'RequestResponse',
      event: { Step: 'setSecret', SecretId: secretArn, ClientRequestToken: 'the-token', RotationToken: 'the-rotation-token' },
    });
  });

  const errorOf = (headers: Record<string, string>, status: number, body: string) => {
    answer = (_request, response) => response.writeHead(status, headers).end(body);
    return invoke().then(
      () => 'no error',
      (error: unknown) => error,
    );
  };
  const functionError = { 'x-amz-function-error': 'Unhandled' };

  it('tells an error that the function raised, which may pass', async () => {
    const body = JSON.stringify({
      errorType: 'ValueError',
      errorMessage: 'cannot log in with password=hunter2',
      stackTrace: ['hunter2'],
    });
    const error = await errorOf(functionError, 200, body);
    expect(error).toMatchObject({ kind: 'internal', reason: 'ValueError', message: 'cannot log in with password=…' });
  });

  it.each([
    [JSON.stringify({ errorType: 'ValueError', errorMessage: 'the login is refused' }), 'ValueError', 'the login is refused'],
    ['Task timed out after 30.00 seconds', 'RotationFunctionError', 'The function raised an error.'],
  ])('knows an error without the header, as emulators of Lambda report it: %s', async (body, reason, message) => {
    expect(await errorOf({}, 200, body)).toMatchObject({ kind: 'internal', reason, message });
  });

  it.each(['', 'null', '{}', '"done"', '{"statusCode": 200}'])('takes the answer %j for no error', async (body) => {
    expect(await errorOf({}, 200, body)).toBe('no error');
  });

  it.each(['', 'hunter2', '[]', 'null', '{"errorType": 7, "errorMessage": {"a": 1}}', '{"errorType": "has space"}'])(
    'makes do with an error that says nothing: %s',
    async (body) => {
      expect(await errorOf(functionError, 200, body)).toMatchObject({
        reason: 'RotationFunctionError',
        message: 'The function raised an error.',
      });
    },
  );

  it.each([
    [400, 'invalid-argument'],
    [403, 'permission-denied'],
    [404, 'not-found'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('tells that the endpoint did not run it: %s', async (status, kind) => {
    const error = await errorOf({}, status, '{"Message":"Function not found"}');
    expect(error).toMatchObject({
      kind,
      reason: 'RotationFunctionRefused',
      message: expect.stringContaining(`${status}: Function not found`),
    });
  });

  it('follows no redirect', async () => {
    expect(await errorOf({ location: 'http://127.0.0.1:1/' }, 307, '')).toMatchObject({ reason: 'RotationFunctionRefused' });
  });

  it('reads no more than it needs', async () => {
    answer = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more).on('error', () => undefined);
      more();
    };
    await expect(invoke()).rejects.toMatchObject({ message: expect.stringContaining('more than 65536 bytes') });
  });

  it('gives up when the time is over, also in the middle of an answer', async () => {
    answer = (_request, response) => void response.write('{');
    await expect(invoke({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ kind: 'cancelled' });
    answer = () => undefined;
    await expect(invoke({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('says that nobody is there', async () => {
    await expect(invoke({ port: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'RotationFunctionUnreachable',
      message: expect.stringContaining('The session with the server of the function rotate could not be opened') as string,
      why: 'ECONNREFUSED',
    });
  });
});
