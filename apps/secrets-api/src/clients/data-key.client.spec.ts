import { EventEmitter } from 'node:events';
import type { DataKeyOperation, DataKeyOutcome, StreamDataKeysRequest } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { SeededRandom } from '@strongroom/random';
import { DataKeyClient } from './data-key.client';

type Answer = (request: StreamDataKeysRequest, stream: FakeStream) => void;

class FakeStream extends EventEmitter {
  readonly requests: StreamDataKeysRequest[] = [];
  cancelled = false;

  constructor(private readonly answer: Answer) {
    super();
  }

  write(request: StreamDataKeysRequest): void {
    this.requests.push(request);
    setImmediate(() => this.answer(request, this));
  }

  cancel(): void {
    this.cancelled = true;
  }

  breaks(): void {
    this.emit('error', new Error('connection lost'));
  }
}

/** Echoes of each operation what tells it from the others. */
const keyOf = ({ secretVersionId, operation }: DataKeyOperation): DataKeyOutcome => ({
  outcome: {
    $case: 'dataKey',
    value: { plaintext: Buffer.from(secretVersionId), ciphertextBlob: Buffer.from('wrapped'), keyArn: String(operation?.value) },
  },
});
const serve: Answer = ({ batchId, operations }, stream) => stream.emit('data', { batchId, outcomes: operations.map(keyOf) });
const stall: Answer = () => undefined;
const breakDown: Answer = (_request, stream) => stream.breaks();

/**
 * A client whose first stream gives the first of these answers, its second the second, and so on. The last answer serves all
 * later streams.
 */
const setUp = (...answers: Answer[]) => {
  const streams: FakeStream[] = [];
  const open = () => {
    const stream = new FakeStream(answers[Math.min(streams.length, answers.length - 1)]!);
    streams.push(stream);
    return stream as never;
  };
  return { streams, client: new DataKeyClient({ streamDataKeys: open }, new SeededRandom('backoff'), 5_000) };
};

const use = (version: string, within = 2_000) => ({
  caller: { credentialId: 'cert:x', sourceIp: '192.0.2.7', userAgent: 'test', requestId: 'r' },
  accountId: '000000000000',
  place: { secretArn: 'arn', secretVersionId: version },
  deadline: Date.now() + within,
});

it('asks in one message for all that one turn wants, and gives everybody their own', async () => {
  const { client, streams } = setUp(serve);
  const keys = await Promise.all([
    client.generate('alias/app', use('one')),
    client.decrypt(Buffer.from('blob'), use('two')),
    client.generate('', use('three')),
  ]);
  expect(keys.map(({ plaintext }) => plaintext.toString())).toEqual(['one', 'two', 'three']);
  expect(keys[0]).toMatchObject({ keyArn: 'alias/app', wrapped: Buffer.from('wrapped') });
  await client.generate('', use('four'));
  expect(streams.map(({ requests }) => requests.map(({ operations }) => operations.length))).toEqual([[3, 1]]);
  expect(streams[0]!.requests[0]!.operations[1]).toEqual({
    caller: use('two').caller,
    accountId: '000000000000',
    secretArn: 'arn',
    secretVersionId: 'two',
    operation: { $case: 'decryptCiphertextBlob', value: Buffer.from('blob') },
  });
});

it('has data keys re-encrypted on nobody’s behalf', async () => {
  const { client, streams } = setUp(serve);
  const { accountId, place, deadline } = use('one');
  expect(await client.reEncrypt(Buffer.from('old'), { accountId, place, deadline })).toEqual(Buffer.from('wrapped'));
  const [operation] = streams[0]!.requests[0]!.operations;
  expect(operation).toMatchObject({
    caller: undefined,
    secretVersionId: 'one',
    operation: { $case: 'reEncryptCiphertextBlob', value: Buffer.from('old') },
  });
});

it('keeps a message within 256 operations', async () => {
  const { client, streams } = setUp(serve);
  const versions = Array.from({ length: 300 }, (_, index) => `v${index}`);
  const keys = await Promise.all(versions.map((version) => client.generate('', use(version))));
  expect(keys.map(({ plaintext }) => plaintext.toString())).toEqual(versions);
  expect(streams[0]!.requests.map(({ operations }) => operations.length)).toEqual([256, 44]);
});

it('fails the one that the key service refuses, as it says, and no other', async () => {
  const { client } = setUp(({ batchId, operations }, stream) => {
    const refusal: DataKeyOutcome = {
      outcome: { $case: 'error', value: { code: 9, reason: 'DisabledException', message: 'off' } },
    };
    stream.emit('data', { batchId, outcomes: operations.map((each, index) => (index === 1 ? refusal : keyOf(each))) });
  });
  const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((version) => client.generate('', use(version))));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { kind: 'failed-precondition', reason: 'DisabledException', message: 'off' } });
});

it('never takes one answer for another: what is left out is an error', async () => {
  const { client } = setUp(({ batchId, operations }, stream) => {
    stream.emit('data', { batchId: batchId + 1n, outcomes: [] });
    stream.emit('data', { batchId, outcomes: operations.slice(0, 1).map(keyOf) });
  });
  const outcomes = await Promise.allSettled(['a', 'b'].map((version) => client.generate('', use(version))));
  expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { reason: 'InternalServiceError' } }]);
});

it('asks again on a new stream when the old one breaks', async () => {
  const { client, streams } = setUp(breakDown, breakDown, serve);
  expect((await client.generate('', use('one'))).plaintext.toString()).toBe('one');
  expect(streams.map(({ cancelled }) => cancelled)).toEqual([true, true, false]);
  expect(streams.map(({ requests }) => requests[0]!.batchId)).toEqual([1n, 2n, 3n]);
});

it('gives up when its caller’s deadline passes, whether the key service is gone or silent', async () => {
  for (const answer of [breakDown, stall]) {
    const { client } = setUp(answer);
    const start = performance.now();
    await expect(client.generate('', use('one', 200))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - start).toBeLessThan(4_000);
  }
});

it('leaves a silent stream for a new one', async () => {
  const { client, streams } = setUp(stall, serve);
  await expect(client.generate('', use('one', 50))).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await client.generate('', use('two'))).plaintext.toString()).toBe('two');
  expect(streams[0]!.cancelled).toBe(true);
});

it('answers nobody once it is closed', async () => {
  const { client } = setUp(stall);
  const waiting = client.generate('', use('one'));
  await new Promise((resolve) => setImmediate(resolve));
  client.close();
  await expect(waiting).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(client.generate('', use('two'))).rejects.toMatchObject({ kind: 'unavailable' });
});
