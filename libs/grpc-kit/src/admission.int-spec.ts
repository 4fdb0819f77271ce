import { LookupEventsRequest, VerifyTrailRequest, VerifyTrailResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { DomainError } from '@strongroom/errors';
import { TestPki } from '@strongroom/testing';
import { callUnary, type CallOptions, type Peer } from './index';
import { LOOKUP, TestServer, VERIFY, answer } from './server.testing';

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

describe('who is let in', () => {
  it('takes a client certificate of our authority for its holder', async () => {
    let peer: Peer | undefined;
    test = await TestServer.start({
      lookup: async (_request, call) => {
        peer = call.peer;
        return answer(call.caller!.name);
      },
    });
    expect((await lookup(await test.user('ann'))).nextToken).toBe('spiffe://strongroom.local/user/ann');
    expect(peer).toEqual({ address: '127.0.0.1', certificateUri: 'spiffe://strongroom.local/user/ann' });
  });

  it('takes a bearer token, and tells no more than that a bad one is bad', async () => {
    test = await TestServer.start({ lookup: async (_request, call) => answer(call.caller!.name) });
    expect((await lookup(test.nobody, { token: 'good-token' })).nextToken).toBe('by token');
    expect(await failure(lookup(test.nobody, { token: 'bad-token' }))).toMatchObject({
      kind: 'unauthenticated',
      reason: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  it('refuses who offers nothing, and never asks the handler', async () => {
    let calls = 0;
    test = await TestServer.start({
      lookup: async () => {
        calls++;
        return answer('');
      },
    });
    expect(await failure(lookup(test.nobody))).toMatchObject({ kind: 'unauthenticated' });
    expect(calls).toBe(0);
  });

  it.each([
    ['of another authority', async () => (await TestPki.create()).user('ann')],
    [
      'that has expired',
      async () =>
        test.pki.issue({ uri: 'spiffe://strongroom.local/user/ann', notBefore: Date.now() - 7_200_000, lifetime: 3_600_000 }),
    ],
    [
      'that is not valid yet',
      async () => test.pki.issue({ uri: 'spiffe://strongroom.local/user/ann', notBefore: Date.now() + 3_600_000 }),
    ],
  ])('counts a certificate %s as none', async (_what, issue) => {
    test = await TestServer.start({ lookup: async (_request, call) => answer(call.caller!.name) });
    const tls = { ...(await issue()), ca: test.pki.ca };
    expect(await failure(lookup(tls))).toMatchObject({ kind: 'unauthenticated' });
    expect((await lookup(tls, { token: 'good-token' })).nextToken).toBe('by token');
  });

  it('forgets a certificate that expires while its connection lives', async () => {
    test = await TestServer.start();
    // ASN.1 times have whole seconds.
    const client = test.audit(await test.pki.issue({ uri: 'spiffe://strongroom.local/user/ann', lifetime: 63_000 }));
    const call = () => callUnary(client.lookupEvents.bind(client), request);
    await call();
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 5_000);
    try {
      expect(await failure(call())).toMatchObject({ kind: 'unauthenticated' });
    } finally {
      clock.mockRestore();
    }
  });

  it('lets only the listed services call a method, each method by its own rule', async () => {
    test = await TestServer.start();
    const verify = async (tls: Parameters<TestServer['audit']>[0], options?: CallOptions) => {
      const client = test.audit(tls);
      return callUnary(client.verifyTrail.bind(client), VerifyTrailRequest.fromPartial({}), options);
    };
    expect(await verify(await test.service('secrets-api'))).toEqual(VerifyTrailResponse.create());
    const refused = { kind: 'permission-denied', reason: 'AccessDeniedException' };
    expect(await failure(verify(await test.service('rotation-worker')))).toMatchObject({
      ...refused,
      message: `spiffe://strongroom.local/service/rotation-worker is not authorized to call ${VERIFY}`,
    });
    expect(await failure(verify(await test.user('secrets-api')))).toMatchObject(refused);
    expect(await failure(verify(test.nobody, { token: 'good-token' }))).toMatchObject({ kind: 'unauthenticated' });
  });

  it('takes a service for a caller only where it is listed, and by the token of another one anywhere', async () => {
    test = await TestServer.start({ lookup: async (_request, call) => answer(call.caller!.name) });
    expect((await lookup(await test.service('secrets-api'))).nextToken).toBe('spiffe://strongroom.local/service/secrets-api');
    const unlisted = await test.service('rotation-worker');
    expect(await failure(lookup(unlisted))).toMatchObject({
      reason: 'AccessDeniedException',
      message: `spiffe://strongroom.local/service/rotation-worker is not authorized to call ${LOOKUP}`,
    });
    expect((await lookup(unlisted, { token: 'good-token' })).nextToken).toBe('by token');
  });

  it('tells its owner of each refusal', async () => {
    const refused: string[] = [];
    test = await TestServer.start(
      {},
      { onRefused: (call, error) => void refused.push(`${call.operation} ${(error as DomainError).kind}`) },
    );
    await failure(lookup(test.nobody));
    expect(refused).toEqual(['LookupEvents unauthenticated']);
  });

  it('speaks TLS 1.3 only', async () => {
    test = await TestServer.start();
    const { connect } = await import('node:tls');
    const error = await new Promise<Error & { code?: string }>((resolve, reject) =>
      connect({ port: test.server.port, ca: test.pki.ca, host: 'localhost', maxVersion: 'TLSv1.2', ALPNProtocols: ['h2'] }, () =>
        reject(new Error('connected')),
      ).once('error', resolve),
    );
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });
});
