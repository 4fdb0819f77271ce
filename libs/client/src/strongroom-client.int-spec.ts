import { inspect } from 'node:util';
import { type WatchSecretsRequest, WatchSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { StreamEventsResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { GetSecretValueResponse, ListSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { resourceNotFound, serviceUnavailable, throttled } from '@strongroom/errors';
import type { CallContext } from '@strongroom/grpc-kit';
import { TestPki } from '@strongroom/testing';
import type { ClientOptions } from './client-options';
import { RequestCanceledException, RequestTimeoutException, ResourceNotFoundException } from './errors';
import { ServiceUnavailableException, type StrongroomError, ThrottlingException, UnrecognizedClientException } from './errors';
import { StrongroomClient } from './strongroom-client';
import { TestServer } from './testing/test-server';

let test: TestServer;
const clients: StrongroomClient[] = [];

const connected = (options: Partial<ClientOptions>): StrongroomClient => {
  const { address } = test;
  const client = new StrongroomClient({
    addresses: { secrets: address, audit: address },
    tls: { ca: test.pki.ca },
    name: 'test',
    ...options,
  });
  clients.push(client);
  return client;
};
const withCertificate = async (options: Partial<ClientOptions> = {}) =>
  connected({ tls: await test.pki.user('ann'), ...options });

const failure = (call: Promise<unknown>): Promise<StrongroomError> =>
  call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error: StrongroomError) => error,
  );

const secretId = 'production/orders-db';
const version = (text: string) =>
  GetSecretValueResponse.fromPartial({ name: secretId, value: { value: { $case: 'secretString', value: text } } });
/** A handler that counts its calls and throws while `error` gives something to throw. */
const counting = (error: (attempt: number) => Error | undefined) => {
  const handler = {
    calls: 0,
    answer: async () => {
      const thrown = error(++handler.calls);
      if (thrown) throw thrown;
      return version('x');
    },
  };
  return handler;
};

beforeEach(async () => {
  test = await TestServer.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await test.stop();
});

describe('who calls', () => {
  beforeEach(() => {
    test.behaviour['getSecretValue'] = (_request, { caller, userAgent }) => version(`${caller.name} with ${userAgent}`);
  });

  it('is known by a certificate, as PEM texts and as files', async () => {
    const expected = expect.stringMatching(/^spiffe:\/\/strongroom.local\/user\/ann with strongroom-test/);
    const byText = await withCertificate();
    expect((await byText.secrets.getSecretValue({ secretId })).secretString).toEqual(expected);
    const files = await test.pki.issueFiles({ uri: 'spiffe://strongroom.local/user/ann' });
    const byFiles = connected({ tls: files });
    expect((await byFiles.secrets.getSecretValue({ secretId })).secretString).toEqual(expected);
  });

  it('is known by a token, with nothing but the CA', async () => {
    test.tokens.add('good');
    const { secretString } = await connected({ token: 'good' }).secrets.getSecretValue({ secretId });
    expect(secretString).toMatch(/^good with/);
  });

  it('is nobody with a bad token, which no repeat makes better', async () => {
    expect(await failure(connected({ token: 'bad' }).secrets.getSecretValue({ secretId }))).toBeInstanceOf(
      UnrecognizedClientException,
    );
  });

  it('gets a new token when the service refuses the old one, for writes too', async () => {
    test.behaviour['deleteSecret'] = () => ({ arn: 'arn', name: secretId, deletionDate: undefined });
    let renewals = 0;
    const { secrets } = connected({ token: async () => `token-${++renewals}` });
    test.tokens.add('token-1');
    await secrets.getSecretValue({ secretId });
    test.tokens.delete('token-1');
    test.tokens.add('token-2');
    await secrets.deleteSecret({ secretId });
    expect(renewals).toBe(2);
    test.tokens.delete('token-2');
    expect(await failure(secrets.deleteSecret({ secretId }))).toBeInstanceOf(UnrecognizedClientException);
    expect(renewals).toBe(3);
  });

  it('does not talk to a server of another authority', async () => {
    const elsewhere = await TestPki.create();
    const { secrets } = connected({ tls: { ca: elsewhere.ca }, token: 'good', timeoutMs: 3_000 });
    const error = await failure(secrets.getSecretValue({ secretId }));
    expect(error).toBeInstanceOf(ServiceUnavailableException);
    // Why not is in the causes.
    expect(inspect(error)).toMatch(/certificate/);
    elsewhere.drop();
  });
});

describe('errors', () => {
  it('come as the class of their name, with the request id of the service', async () => {
    let requestId: string | undefined;
    test.behaviour['getSecretValue'] = (_request, call: CallContext) => {
      ({ requestId } = call);
      throw resourceNotFound("Secrets Manager can't find the specified secret.", { metadata: { field: 'SecretId' } });
    };
    const error = await failure((await withCertificate()).secrets.getSecretValue({ secretId }));
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({
      name: 'ResourceNotFoundException',
      kind: 'not-found',
      message: "Secrets Manager can't find the specified secret.",
      metadata: { field: 'SecretId' },
      requestId,
    });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('repeats', () => {
  it('a read while the service is unavailable', async () => {
    const handler = counting((attempt) => (attempt < 3 ? serviceUnavailable('away') : undefined));
    test.behaviour['getSecretValue'] = handler.answer;
    await (await withCertificate()).secrets.getSecretValue({ secretId });
    expect(handler.calls).toBe(3);
  });

  it('no write that has no token', async () => {
    const handler = counting(() => serviceUnavailable('away'));
    test.behaviour['deleteSecret'] = handler.answer;
    expect(await failure((await withCertificate()).secrets.deleteSecret({ secretId }))).toBeInstanceOf(
      ServiceUnavailableException,
    );
    expect(handler.calls).toBe(1);
  });

  it('nothing that another attempt fails at again', async () => {
    const handler = counting(() => resourceNotFound('no'));
    test.behaviour['getSecretValue'] = handler.answer;
    await failure((await withCertificate()).secrets.getSecretValue({ secretId }));
    expect(handler.calls).toBe(1);
  });

  it('no more often than it is told', async () => {
    const handler = counting(() => serviceUnavailable('away'));
    test.behaviour['getSecretValue'] = handler.answer;
    await failure((await withCertificate({ maxAttempts: 2 })).secrets.getSecretValue({ secretId }));
    expect(handler.calls).toBe(2);
  });

  it('not before the time that a busy service names', async () => {
    const times: number[] = [];
    test.behaviour['getSecretValue'] = () => {
      if (times.push(performance.now()) === 1) throw throttled('busy', { metadata: { retry_after_ms: '300' } });
      return version('x');
    };
    await (await withCertificate()).secrets.getSecretValue({ secretId });
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(295);
  });

  it('never beyond the time of the call', async () => {
    test.behaviour['getSecretValue'] = () => {
      throw throttled('busy', { metadata: { retry_after_ms: '60000' } });
    };
    const error = await failure((await withCertificate()).secrets.getSecretValue({ secretId }, { timeoutMs: 2_000 }));
    expect(error).toBeInstanceOf(ThrottlingException);
  });

  it('a read when the server is gone, and finds the next one', async () => {
    test.behaviour['getSecretValue'] = () => version('first');
    test.tokens.add('good');
    const { secrets } = connected({ token: 'good' });
    expect((await secrets.getSecretValue({ secretId })).secretString).toBe('first');
    await test.server.close();
    const reading = secrets.getSecretValue({ secretId });
    const next = await TestServer.start({
      listen: `127.0.0.1:${test.server.port}`,
      tls: await test.pki.issueFiles(serverCertificate),
    });
    next.behaviour['getSecretValue'] = () => version('second');
    next.tokens.add('good');
    try {
      expect((await reading).secretString).toBe('second');
    } finally {
      await next.stop();
    }
  });
});

const serverCertificate = {
  uri: 'spiffe://strongroom.local/service/secrets-api',
  dnsNames: ['localhost'],
  ipAddresses: ['127.0.0.1'],
};

describe('a call ends', () => {
  const never = () => new Promise<never>(() => undefined);

  it('at its deadline, which the service hears of', async () => {
    test.behaviour['getSecretValue'] = () => version('x');
    const { secrets } = await withCertificate();
    await secrets.getSecretValue({ secretId });
    let deadline = 0;
    test.behaviour['getSecretValue'] = (_request, call) => {
      ({ deadline } = call);
      return never();
    };
    const start = Date.now();
    const error = await failure(secrets.getSecretValue({ secretId }, { timeoutMs: 200 }));
    expect(error).toBeInstanceOf(RequestTimeoutException);
    expect(deadline - start).toBeGreaterThan(0);
    expect(deadline - start).toBeLessThan(1_000);
  });

  it('at the client’s own default', async () => {
    test.behaviour['getSecretValue'] = () => version('x');
    const { secrets } = await withCertificate({ timeoutMs: 150 });
    // A call that ends before there is a connection fails as unavailable.
    await secrets.getSecretValue({ secretId }, { timeoutMs: 10_000 });
    test.behaviour['getSecretValue'] = never;
    expect(await failure(secrets.getSecretValue({ secretId }))).toBeInstanceOf(RequestTimeoutException);
  });

  it('when its signal aborts, also on the server', async () => {
    const ending = new AbortController();
    const stopped = new Promise<void>((resolve) => {
      test.behaviour['getSecretValue'] = (_request, { signal }) => {
        signal.addEventListener('abort', () => resolve());
        ending.abort();
        return never();
      };
    });
    const call = (await withCertificate()).secrets.getSecretValue({ secretId }, { signal: ending.signal });
    expect(await failure(call)).toBeInstanceOf(RequestCanceledException);
    await stopped;
  });
});

it('lists over pages', async () => {
  test.behaviour['listSecrets'] = ({ nextToken }: { nextToken: string }) =>
    ListSecretsResponse.fromPartial(
      nextToken ? { secretList: [{ name: 'c' }] } : { secretList: [{ name: 'a' }, { name: 'b' }], nextToken: '2' },
    );
  const names: string[] = [];
  for await (const { name } of (await withCertificate()).secrets.listSecrets()) names.push(name);
  expect(names).toEqual(['a', 'b', 'c']);
});

describe('a stream of events', () => {
  const event = (sequence: bigint) => StreamEventsResponse.fromPartial({ event: { sequence } });

  it('is read until its reader leaves, and then ends on the server', async () => {
    const stopped = new Promise<void>((resolve) => {
      test.behaviour['streamEvents'] = async function* (request: { afterSequence?: bigint }) {
        try {
          for (let next = (request.afterSequence ?? 0n) + 1n; ; next++) yield event(next);
        } finally {
          resolve();
        }
      };
    });
    const seen: bigint[] = [];
    for await (const { sequence } of (await withCertificate()).audit.streamEvents({ afterSequence: 41 })) {
      if (seen.push(sequence) === 3) break;
    }
    expect(seen).toEqual([42n, 43n, 44n]);
    await stopped;
  });

  it('ends with the class of its error, and by its signal', async () => {
    test.behaviour['streamEvents'] = async function* () {
      yield event(1n);
      throw serviceUnavailable('going');
    };
    const { audit } = await withCertificate();
    const read = async (signal?: AbortSignal) => {
      for await (const _ of audit.streamEvents({}, { signal }));
    };
    expect(await failure(read())).toBeInstanceOf(ServiceUnavailableException);
    const ending = new AbortController();
    test.behaviour['streamEvents'] = async function* (_request, { signal }) {
      yield event(1n);
      setTimeout(() => ending.abort(), 10);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    expect(await failure(read(ending.signal))).toBeInstanceOf(RequestCanceledException);
  });
});

it('watches secrets until its reader leaves, with its token', async () => {
  const asked: WatchSecretsRequest[] = [];
  const stopped = new Promise<void>((resolve) => {
    async function* answer(requests: AsyncIterable<WatchSecretsRequest>, { caller, signal }: CallContext<{ name: string }>) {
      try {
        for await (const request of requests) {
          asked.push(request);
          yield WatchSecretsResponse.fromPartial({ resumeToken: caller.name });
          await new Promise((ended) => signal.addEventListener('abort', ended));
        }
      } finally {
        resolve();
      }
    }
    test.behaviour['watchSecrets'] = answer as never;
  });
  test.tokens.add('watcher');
  const { secrets } = connected({ token: 'watcher' });
  const watch = { id: 1, what: { $case: 'secretId' as const, value: 'a' } };
  for await (const { resumeToken } of secrets.watchSecrets([watch])) {
    expect(resumeToken).toBe('watcher');
    break;
  }
  await stopped;
  expect(asked).toEqual([{ add: [{ ...watch, resumeToken: '' }], remove: [] }]);
});

it('takes dns:/// and several addresses in turn', async () => {
  const other = await TestServer.start({ tls: await test.pki.issueFiles(serverCertificate) });
  try {
    test.behaviour['getSecretValue'] = () => version('one');
    other.behaviour['getSecretValue'] = () => version('other');
    other.tokens.add('good');
    test.tokens.add('good');
    const { secrets } = connected({
      addresses: { secrets: `127.0.0.1:${test.server.port},127.0.0.1:${other.server.port}` },
      token: 'good',
    });
    const seen = new Set<string | undefined>();
    for (const until = Date.now() + 5_000; seen.size < 2 && Date.now() < until;) {
      seen.add((await secrets.getSecretValue({ secretId })).secretString);
    }
    expect(seen).toEqual(new Set(['one', 'other']));
    const named = connected({ addresses: { secrets: `dns:///localhost:${test.server.port}` }, token: 'good' });
    expect((await named.secrets.getSecretValue({ secretId })).secretString).toBe('one');
  } finally {
    await other.stop();
  }
});

it('answers no call once it is closed', async () => {
  test.behaviour['getSecretValue'] = () => version('x');
  const client = await withCertificate();
  const { secrets } = client;
  await secrets.getSecretValue({ secretId });
  client.close();
  await expect(secrets.getSecretValue({ secretId })).rejects.toThrow();
});
