import { LookupEventsRequest, StreamEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { Metadata } from '@grpc/grpc-js';
import { type CallContext, callUnary } from './index';
import { answer, everybody, LOOKUP, TestServer } from './server.testing';

const caller = {
  credentialId: 'key:AKIATESTTESTTESTTEST',
  sourceIp: '203.0.113.9',
  userAgent: 'aws-cli/2',
  requestId: '',
  insecureTransport: false,
};

let test: TestServer;
let seen: Pick<CallContext, 'peer' | 'userAgent' | 'requestId'>[];
let refused: unknown[];

beforeEach(async () => {
  seen = [];
  refused = [];
  test = await TestServer.start(
    {
      lookup: async (_request, { peer, userAgent, requestId, caller: known }) => {
        seen.push({ peer, userAgent, requestId });
        return answer(known!.name);
      },
    },
    { onRefused: (call) => void refused.push(call.peer.certificateUri) },
  );
});
afterEach(() => test.stop());

const lookup = (client: ReturnType<TestServer['audit']>, options: Parameters<typeof callUnary>[2]) =>
  callUnary(client.lookupEvents.bind(client), LookupEventsRequest.fromPartial({}), options);

it('lets a service that may call for somebody it has verified, seen as that caller', async () => {
  const client = test.audit(await test.service('aws-gateway'));
  expect((await lookup(client, { onBehalfOf: caller, requestId: 'r-1' })).nextToken).toBe(caller.credentialId);
  await lookup(client, { onBehalfOf: { ...caller, insecureTransport: true }, requestId: 'r-2' });
  expect(seen).toEqual([
    { peer: { address: '203.0.113.9' }, userAgent: 'aws-cli/2', requestId: 'r-1' },
    { peer: { address: '203.0.113.9', insecureTransport: true }, userAgent: 'aws-cli/2', requestId: 'r-2' },
  ]);
});

it("fails with the refusal of who has found the request to be none, in the caller's name, and does nothing else", async () => {
  await test.stop();
  const audited: unknown[] = [];
  test = await TestServer.start(
    {},
    {
      around: [
        (call, request, next) =>
          next().catch((error: Error) => {
            audited.push([call.operation, call.caller.name, request, error.name, error.message]);
            throw error;
          }),
      ],
    },
  );
  const refusal = { reason: 'ValidationException', message: 'secretId must have length at most 2048' };
  const options = { onBehalfOf: { ...caller, refusal } };
  await expect(lookup(test.audit(await test.service('aws-gateway')), options)).rejects.toMatchObject(refusal);
  expect(audited).toEqual([['LookupEvents', caller.credentialId, undefined, refusal.reason, refusal.message]]);
  await expect(lookup(test.audit(await test.user('ann')), options)).rejects.toMatchObject({ kind: 'permission-denied' });
  expect(audited).toHaveLength(1);
});

it('is nobody without somebody to call for', async () => {
  const client = test.audit(await test.service('aws-gateway'));
  await expect(lookup(client, {})).rejects.toMatchObject({ kind: 'permission-denied' });
  expect(seen).toEqual([]);
});

it('passes on where nobody in particular calls from, where nobody need be', async () => {
  await test.stop();
  const nobody = { ...caller, credentialId: '' };
  const saw: Pick<CallContext, 'peer' | 'userAgent' | 'caller'>[] = [];
  test = await TestServer.start(
    {
      lookup: async (_request, { peer, userAgent, caller: known }) => {
        saw.push({ peer, userAgent, caller: known });
        return answer('');
      },
    },
    { peerPolicy: { ...everybody, [LOOKUP]: { callers: 'anyone', onBehalf: ['aws-gateway'] } } },
  );
  await lookup(test.audit(await test.service('aws-gateway')), { onBehalfOf: nobody });
  expect(saw).toEqual([{ peer: { address: '203.0.113.9' }, userAgent: 'aws-cli/2', caller: undefined }]);
  await expect(lookup(test.audit(await test.service('secrets-api')), { onBehalfOf: nobody })).rejects.toMatchObject({
    kind: 'permission-denied',
  });
});

it('knows which service names the caller, and through which service the caller calls', async () => {
  await test.stop();
  const saw: unknown[] = [];
  test = await TestServer.start(
    { lookup: async (_request, { via, caller: known }) => answer(JSON.stringify([known!.name, via ?? null])) },
    {
      peerPolicy: { ...everybody, [LOOKUP]: { callers: 'authenticated', onBehalf: ['aws-gateway', 'secrets-api'] } },
      authenticate: async (credential) => (saw.push(credential), { name: 'ann' }),
    },
  );
  const { credentialId } = caller;
  for (const [service, via] of [
    ['aws-gateway', null],
    ['secrets-api', 'secretsmanager'],
  ] as const) {
    const { nextToken } = await lookup(test.audit(await test.service(service)), { onBehalfOf: caller });
    expect(JSON.parse(nextToken)).toEqual(['ann', via]);
    expect(saw.at(-1)).toEqual({ credentialId, namedBy: service });
  }
});

it.each([
  ['another service', () => test.service('secrets-api')],
  ['a user', () => test.user('ann')],
  ['a user with the name of the service', () => test.user('aws-gateway')],
  ['nobody', () => Promise.resolve(test.nobody)],
])('refuses it from %s, also beside a good token', async (_who, tls) => {
  const client = test.audit(await tls());
  for (const token of [undefined, 'good-token']) {
    await expect(lookup(client, { onBehalfOf: caller, token })).rejects.toMatchObject({ kind: 'permission-denied' });
  }
  expect(seen).toEqual([]);
  expect(refused).toHaveLength(2);
});

it('refuses it where the method is not for it, and what is no reference', async () => {
  const client = test.audit(await test.service('aws-gateway'));
  const metadata = new Metadata();
  metadata.set('strongroom-caller-bin', Buffer.from([0xff]));
  const ended = (stream: NodeJS.EventEmitter) => new Promise((resolve) => stream.once('error', resolve));
  const stream = client.streamEvents(StreamEventsRequest.fromPartial({}), metadata);
  stream.resume();
  expect(await ended(stream)).toMatchObject({ code: 7 });
  const failed = new Promise((resolve) => client.lookupEvents(LookupEventsRequest.fromPartial({}), metadata, resolve));
  expect(await failed).toMatchObject({ code: 3 });
});
