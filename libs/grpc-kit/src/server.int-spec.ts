import { LookupEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { type DomainError, limitExceeded, resourceNotFound } from '@strongroom/errors';
import { eventually } from '@strongroom/testing';
import { callUnary, type CallOptions } from './index';
import { LOOKUP, TestServer, VERIFY, VERIFY_ON, answer } from './server.testing';

const request = LookupEventsRequest.fromPartial({});
const failure = (call: Promise<unknown>): Promise<DomainError> =>
  call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error: DomainError) => error,
  );

let test: TestServer;
const lookup = async (tls: Parameters<TestServer['audit']>[0], options?: CallOptions) => {
  const client = test.audit(tls);
  return callUnary(client.lookupEvents.bind(client), request, options);
};

afterEach(() => test.stop());

describe('the start', () => {
  const start = (peerPolicy: object) => TestServer.start({}, { peerPolicy: peerPolicy as never });
  const complete = {
    [LOOKUP]: { callers: 'authenticated' },
    '/strongroom.audit.v1.AuditService/StreamEvents': { callers: 'authenticated' },
    '/strongroom.keys.v1.DataKeyService/StreamDataKeys': { callers: 'none' },
    [VERIFY_ON]: { callers: 'none' },
  };

  it('fails when a method has no rule, and when a rule has no method', async () => {
    await expect(start(complete)).rejects.toThrow(`the peer policy has no rule for ${VERIFY}`);
    await expect(
      start({ ...complete, [VERIFY]: { callers: 'none' }, '/strongroom.x.v1.X/Y': { callers: 'none' } }),
    ).rejects.toThrow('the peer policy has a rule for /strongroom.x.v1.X/Y, which this server does not serve');
    test = await start({ ...complete, [VERIFY]: { callers: 'none' } });
  });
});

describe('errors', () => {
  it('reach the caller whole, but for their cause', async () => {
    test = await TestServer.start({
      lookup: async () => {
        throw resourceNotFound('there is no such event — naïve 💥', {
          metadata: { field: 'event_id' },
          cause: new Error('the inner one'),
        });
      },
    });
    const error = await failure(lookup(await test.user()));
    expect(error).toMatchObject({
      kind: 'not-found',
      reason: 'ResourceNotFoundException',
      message: 'there is no such event — naïve 💥',
      metadata: { field: 'event_id' },
    });
    expect(JSON.stringify([error, (error.cause as { metadata: object }).metadata])).not.toContain('the inner one');
    expect(test.log).toMatchObject([
      {
        level: 'warn',
        message: 'call failed',
        method: LOOKUP,
        code: 'NOT_FOUND',
        reason: 'ResourceNotFoundException',
        error: { message: 'the inner one' },
      },
    ]);
  });

  it('that nobody foresaw say only that they happened, and with which request id', async () => {
    test = await TestServer.start({
      lookup: async () => {
        throw new TypeError('password hunter2 is wrong');
      },
    });
    const error = await failure(lookup(await test.user()));
    expect(error).toMatchObject({ kind: 'internal', reason: 'InternalServiceError', message: 'internal error' });
    expect(JSON.stringify(error) + String(error.cause) + JSON.stringify(error.cause)).not.toContain('hunter2');
    expect(test.log).toMatchObject([{ level: 'error', requestId: error.metadata['request_id'], error: { name: 'TypeError' } }]);
  });

  it('thrown by a handler that is not async, or by anything around it, are answered too', async () => {
    test = await TestServer.start({
      lookup: () => {
        throw limitExceeded('thrown at once');
      },
    });
    expect(await failure(lookup(await test.user()))).toMatchObject({
      reason: 'LimitExceededException',
      message: 'thrown at once',
    });
  });

  it('survive a message that is no valid Unicode', async () => {
    test = await TestServer.start({
      lookup: async () => {
        throw limitExceeded('lone \ud800 surrogate');
      },
    });
    expect(await failure(lookup(await test.user()))).toMatchObject({ message: 'lone \ufffd surrogate' });
  });

  it('say when to come back under load', async () => {
    let release = (): void => undefined;
    test = await TestServer.start(
      { lookup: () => new Promise((resolve) => (release = () => resolve(answer('at last')))) },
      { bounds: { inFlight: 1 } },
    );
    const client = test.audit(await test.user());
    const call = (options?: CallOptions) => callUnary(client.lookupEvents.bind(client), request, options);
    const first = call();
    await eventually('a call is under way', () => test.metrics.inFlight > 0);
    expect(await failure(call())).toMatchObject({
      kind: 'resource-exhausted',
      reason: 'ThrottlingException',
      metadata: { retry_after_ms: '100' },
    });
    const patient = call({ idempotent: true, timeoutMs: 20_000 });
    test.behaviour.lookup = async () => answer('later');
    release();
    await first;
    expect((await patient).nextToken).toBe('later');
  });
});

describe('malformed requests', () => {
  const send = async (bytes: Buffer) => {
    const client = test.audit(await test.user());
    return failure(
      callUnary(
        (_request: Buffer, metadata, options, callback) =>
          client.makeUnaryRequest(
            LOOKUP,
            (raw: Buffer) => raw,
            (raw: Buffer) => raw,
            bytes,
            metadata,
            options,
            callback as never,
          ),
        bytes,
      ),
    );
  };

  it.each([
    ['truncated', Buffer.from([0x0a, 0x7f, 0x01])],
    ['of no wire type', Buffer.from([0x0f])],
    // filter { … event_id: "\xff" }: see the proto for the numbers.
    ['not UTF-8', Buffer.from([0x1a, 0x01, 0xff])],
  ])('%s are InvalidParameterException', async (_what, bytes) => {
    test = await TestServer.start();
    expect(await send(bytes)).toMatchObject({ kind: 'invalid-argument', reason: 'InvalidParameterException' });
  });

  it('that are too large are refused, and the server goes on', async () => {
    test = await TestServer.start({}, { bounds: { message: 1_000 } });
    expect(await send(Buffer.alloc(1_001))).toMatchObject({ kind: 'resource-exhausted' });
    expect((await lookup(await test.user())).nextToken).toBe('found');
  });

  it('of nobody are not even looked at', async () => {
    test = await TestServer.start();
    const client = test.audit(test.nobody);
    const error = await failure(
      callUnary(
        (bytes: Buffer, metadata, options, callback) =>
          client.makeUnaryRequest(
            LOOKUP,
            (raw: Buffer) => raw,
            (raw: Buffer) => raw,
            bytes,
            metadata,
            options,
            callback as never,
          ),
        Buffer.from([0x0f]),
      ),
    );
    expect(error).toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('request ids', () => {
  const seen = async (tls: Parameters<TestServer['audit']>[0]) => {
    const ids: string[] = [];
    test.behaviour.lookup = async (_request, call) => answer((ids.push(call.requestId), ''));
    const client = test.audit(tls);
    let sentBack = '';
    await callUnary(
      (message: LookupEventsRequest, metadata, options, callback) => {
        const call = client.lookupEvents(message, metadata, options, callback);
        call.on('metadata', (initial) => (sentBack = String(initial.get('x-request-id')[0])));
        return call;
      },
      request,
      { requestId: 'the-id-of-a-service' },
    );
    return [ids[0], sentBack];
  };

  it('of services go on; of others they are new', async () => {
    test = await TestServer.start();
    expect(await seen(await test.service('secrets-api'))).toEqual(['the-id-of-a-service', 'the-id-of-a-service']);
    const [id, sentBack] = await seen(await test.user());
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(sentBack).toBe(id);
  });
});

describe('deadlines and cancellation', () => {
  it('give a call without a deadline the maximum, and drop what comes after it', async () => {
    let signal: AbortSignal | undefined;
    let answerLate: () => void;
    test = await TestServer.start(
      {
        lookup: (_request, call) => {
          signal = call.signal;
          return new Promise((resolve) => (answerLate = () => resolve(answer('too late'))));
        },
      },
      { maxDeadlineMs: 100 },
    );
    const client = test.audit(await test.user());
    const error = await new Promise<{ code: number }>((resolve) => client.lookupEvents(request, (failed) => resolve(failed!)));
    expect(error.code).toBe(4);
    expect(signal?.aborted).toBe(true);
    answerLate!();
    await eventually('the call is over', () => test.metrics.inFlight === 0);
    expect(test.log).toMatchObject([{ level: 'warn', code: 'DEADLINE_EXCEEDED', reason: 'RequestTimeoutException' }]);
  });

  it('cap a deadline past the maximum, and keep an earlier one', async () => {
    const left: number[] = [];
    test = await TestServer.start(
      { lookup: async (_request, call) => answer((left.push(call.deadline - Date.now()), '')) },
      { maxDeadlineMs: 5_000 },
    );
    const tls = await test.user();
    await lookup(tls, { timeoutMs: 60_000 });
    await lookup(tls, { timeoutMs: 4_000 });
    expect(left[0]).toBeGreaterThan(4_000);
    expect(left[0]).toBeLessThanOrEqual(5_000);
    expect(left[1]).toBeLessThanOrEqual(4_000);
  });

  it('end the client’s wait in time', async () => {
    test = await TestServer.start({ lookup: () => new Promise(() => undefined) });
    const started = Date.now();
    expect(await failure(lookup(await test.user(), { timeoutMs: 150 }))).toMatchObject({
      kind: 'deadline-exceeded',
      reason: 'RequestTimeoutException',
    });
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(await failure(lookup(await test.user(), { deadline: Date.now() + 10 }))).toMatchObject({ kind: 'deadline-exceeded' });
  });

  it('tell the handler when its caller goes away', async () => {
    let aborted: Promise<unknown> | undefined;
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    test = await TestServer.start({
      lookup: (_request, call) => {
        aborted = new Promise((resolve) => call.signal.addEventListener('abort', () => resolve(call.signal.reason)));
        arrived();
        return new Promise((_resolve, reject) =>
          call.signal.addEventListener('abort', () => reject(call.signal.reason as Error)),
        );
      },
    });
    const controller = new AbortController();
    const call = failure(lookup(await test.user(), { signal: controller.signal }));
    await arrival;
    controller.abort();
    expect(await call).toMatchObject({ kind: 'cancelled' });
    expect(await aborted).toMatchObject({ kind: 'cancelled' });
    await eventually('the call is over', () => test.metrics.inFlight === 0);
    expect(test.log).toMatchObject([{ level: 'debug', message: 'call cancelled' }]);
  });
});

describe('what goes around handlers', () => {
  it('runs in order, sees the caller and the request, and can fail the call', async () => {
    const seen: string[] = [];
    let allow = true;
    test = await TestServer.start(
      { lookup: async () => answer((seen.push('handler'), '')) },
      {
        around: [
          async (call, _request, next) => {
            seen.push(`outer ${call.caller.name.slice(-3)}`);
            const response = await next();
            seen.push('outer done');
            if (!allow) throw limitExceeded('no record, no answer');
            return response;
          },
          async (_call, message, next) => {
            seen.push(`inner ${typeof message}`);
            return next();
          },
        ],
      },
    );
    await lookup(await test.user('ann'));
    expect(seen).toEqual(['outer ann', 'inner object', 'handler', 'outer done']);
    allow = false;
    expect(await failure(lookup(await test.user('ann')))).toMatchObject({ message: 'no record, no answer' });
  });
});

describe('metrics', () => {
  it('count calls by method and code', async () => {
    test = await TestServer.start();
    await lookup(await test.user());
    await failure(lookup(test.nobody));
    const text = await test.metrics.registry.metrics();
    expect(text).toContain(`strongroom_grpc_server_seconds_count{method="${LOOKUP}",code="OK",service="audit-service"} 1`);
    expect(text).toContain(
      `strongroom_grpc_server_seconds_count{method="${LOOKUP}",code="UNAUTHENTICATED",service="audit-service"} 1`,
    );
    expect(text).toContain('strongroom_grpc_server_in_flight{service="audit-service"} 0');
  });
});
