import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundLog } from '@strongroom/telemetry';
import type { GrpcRequest, HttpsRequest, Plan } from '../requests/plan';
import type { Answer } from '../senders/answer';
import { checkAnswer } from './answers';
import { checkCanary, CANARY, CONTROL } from './canary';
import { checkExistence } from './existence';
import { checkHeld, LONGEST_WAIT } from './held';
import { checkLines, LogWatch } from './logs';
import { ProcessWatch } from './processes';
import { checkTrail, expectedEvent } from './trail';

const PATH = '/strongroom.secrets.v1.SecretsService/GetSecretValue';
const grpc: GrpcRequest = {
  via: 'grpc',
  program: 'secrets-api',
  path: PATH,
  isStream: { request: false, response: false },
  caller: 'powerless',
  credential: { certificate: 'own', token: 'none' },
  messages: [Buffer.alloc(0)],
  metadata: {},
  timeoutMs: 15_000,
};
const https: HttpsRequest = {
  via: 'https',
  operation: 'kms.Encrypt',
  signingName: 'kms',
  caller: 'owner',
  isUnsigned: false,
  protocol: 'h2',
  headers: {},
  body: Buffer.alloc(0),
};
const planOf = (change: Partial<Plan> = {}): Plan => ({
  index: 7,
  target: PATH,
  kind: 'hostile',
  caller: 'powerless',
  requests: [grpc],
  twins: [],
  ...change,
});
const answerOf = (change: Partial<Answer> = {}): Answer => ({
  status: 'PERMISSION_DENIED',
  reason: 'AccessDeniedException',
  message: 'not authorized',
  details: ['request_id'],
  content: '',
  requestId: 'request-1',
  elapsedMs: 5,
  ...change,
});
const checksOf = (request: GrpcRequest | HttpsRequest, change: Partial<Answer>) =>
  checkAnswer(planOf(), request, answerOf(change)).map(({ check }) => check);

describe('one answer', () => {
  it.each([
    [grpc, { status: 'INTERNAL', reason: 'InternalServiceError' }, 'internal error'],
    [grpc, { status: 'UNKNOWN' }, 'internal error'],
    [https, { status: '500', reason: 'InternalFailure' }, 'internal error'],
    [https, { status: '400', reason: 'KMSInternalException' }, 'internal error'],
    [grpc, { status: 'DEADLINE_EXCEEDED' }, 'over its deadline'],
    [grpc, { elapsedMs: 25_000 }, 'over its deadline'],
    [https, { status: 'timeout' }, 'over its deadline'],
    [grpc, { status: 'UNAVAILABLE', reason: 'ServiceUnavailableException' }, 'away'],
    [https, { status: 'broken' }, 'away'],
  ] as const)('%#: is a fault', (request, change, check) => expect(checksOf(request, change)).toEqual([check]));

  it('may be a refusal, a throttling, or the word of an issuer that is away', () => {
    expect(checksOf(grpc, {})).toEqual([]);
    expect(checksOf(grpc, { status: 'RESOURCE_EXHAUSTED', reason: 'ThrottlingException' })).toEqual([]);
    expect(checksOf(https, { status: '200', reason: '' })).toEqual([]);
    expect(checksOf(grpc, { status: 'UNAVAILABLE', reason: 'IDPCommunicationError' })).toEqual([]);
  });

  it('may be missing where the client gave little time, or sent more than is read', () => {
    expect(checksOf({ ...grpc, timeoutMs: 5 }, { status: 'DEADLINE_EXCEEDED', elapsedMs: 6 })).toEqual([]);
    expect(checksOf({ ...https, body: Buffer.alloc(2 << 20) }, { status: 'broken' })).toEqual([]);
    expect(checksOf({ ...https, forgery: 'no signature', body: Buffer.alloc(100 << 10) }, { status: 'broken' })).toEqual([]);
  });
});

describe('whether something exists', () => {
  const plan = planOf({ kind: 'existence', twins: [{ existing: 'kept-1', absent: 'kept-9' }] });
  const ask = (one: Partial<Answer>, other: Partial<Answer>) => checkExistence(plan, [answerOf(one), answerOf(other)]);

  it('does not show in the same words about another name', () => {
    expect(ask({ message: 'not authorized on user/kept-1' }, { message: 'not authorized on user/kept-9' })).toEqual([]);
  });

  it('does not show in the time of the day', () => {
    const late = (now: string) => ({
      message: `Signature expired: 20260101T000000Z is now earlier than ${now} (${now} - 15 min.)`,
    });
    expect(ask(late('20260102T000000Z'), late('20260102T000001Z'))).toEqual([]);
  });

  it.each([
    [{}, { status: 'NOT_FOUND' }],
    [{}, { reason: 'ResourceNotFoundException' }],
    [{ message: 'on kept-1-AbCdEf' }, { message: 'on kept-9' }],
    [{ details: ['arn', 'request_id'] }, {}],
  ])('%#: shows', (one, other) => expect(ask(one, other)).toMatchObject([{ check: 'tells what exists', index: 7 }]));

  it('shows in an answer of several parts', () => {
    const batch = { ...plan, target: 'secretsmanager.BatchGetSecretValue' };
    const [one, other] = [answerOf({ status: '200', content: '{"Errors":[]}' }), answerOf({ status: '200', content: '{}' })];
    expect(checkExistence(batch, [one, other])).toHaveLength(1);
    expect(checkExistence(plan, [one, other])).toEqual([]);
  });

  it('is not judged by answers that were throttled', () => {
    expect(ask({}, { status: 'RESOURCE_EXHAUSTED', reason: 'ThrottlingException' })).toEqual([]);
  });
});

describe('the trail', () => {
  it('must have the call of a caller who is known', () => {
    const expected = expectedEvent(planOf(), grpc, answerOf());
    expect(expected).toMatchObject({ requestId: 'request-1' });
    expect(checkTrail([expected!], new Set(['request-2']))).toMatchObject([{ check: 'no audit event', index: 7 }]);
    expect(checkTrail([expected!], new Set(['request-1']))).toEqual([]);
    expect(expectedEvent(planOf({ caller: 'owner' }), https, answerOf({ status: '200', reason: '' }))).toBeDefined();
  });

  it.each([
    [planOf({ caller: 'anonymous' }), grpc, {}],
    [planOf({ caller: 'deputy' }), grpc, {}],
    [planOf(), grpc, { status: 'UNAUTHENTICATED' }],
    [planOf(), { ...grpc, timeoutMs: 5 }, { status: 'UNAVAILABLE', reason: 'ServiceUnavailableException' }],
    [planOf(), grpc, { requestId: undefined }],
    [planOf(), { ...grpc, path: '/strongroom.keys.v1.DataKeyService/StreamDataKeys' }, {}],
    [planOf(), https, { status: '400', reason: 'ThrottlingException' }],
  ] as const)('%#: need not have a call of nobody in particular', (plan, request, change) =>
    expect(expectedEvent(plan, request as GrpcRequest, answerOf(change))).toBeUndefined(),
  );
});

describe('processes', () => {
  const watchOf = (pid: { now?: number }, memory: { now: number }) =>
    new ProcessWatch([{ name: 'secrets-api', pid: () => pid.now }], () => memory.now);

  it('stay', () => {
    const pid: { now?: number } = { now: 5 };
    const watch = watchOf(pid, { now: 1 });
    expect(watch.look()).toEqual([]);
    pid.now = undefined;
    expect(watch.look(9)).toMatchObject([{ check: 'a process ended', target: 'secrets-api', index: 9 }]);
    pid.now = 6;
    expect(watch.look()).toEqual([]);
    pid.now = 7;
    expect(watch.look()).toHaveLength(1);
  });

  it('stay within bounds, and are named once when they do not', () => {
    const memory = { now: 100 << 20 };
    const watch = watchOf({ now: 5 }, memory);
    memory.now = 500 << 20;
    expect(watch.look()).toEqual([]);
    // Garbage, which is gone when it is looked at again.
    memory.now = 700 << 20;
    expect([watch.look(), watch.look()].flat()).toEqual([]);
    memory.now = 500 << 20;
    expect(watch.look()).toEqual([]);
    memory.now = 700 << 20;
    expect([watch.look(), watch.look(), watch.look(), watch.look()].flat()).toMatchObject([
      { check: 'out of bounds', target: 'secrets-api' },
    ]);
    expect(watch.memory).toEqual({ 'secrets-api': '100 → 700 MiB' });
  });
});

describe('values', () => {
  const control = { file: '/home/mariadb/x', offset: 1, canary: CONTROL, form: 'raw' };

  it('show nowhere', () => {
    expect(checkCanary([control], '/home')).toEqual([]);
    expect(checkCanary([control, { ...control, canary: CANARY, form: 'base64' }], '/home')).toMatchObject([
      { check: 'a value shows', target: 'mariadb/x', seen: 'as base64' },
    ]);
  });

  it('are not believed to be hidden by a search that finds nothing at all', () => {
    expect(checkCanary([], '/home')).toMatchObject([{ target: 'the search' }]);
  });
});

describe('half of something', () => {
  const held = { scenario: 'half a message', program: 'secrets-api', since: 1_000, isWaiting: () => true };
  const later = held.since + LONGEST_WAIT + 1;

  it('is not waited for without end', () => {
    expect(checkHeld([held], later)).toMatchObject([{ check: 'over its deadline', target: 'wire: half a message' }]);
    expect(checkHeld([held], later - 10)).toEqual([]);
    expect(checkHeld([{ ...held, isWaiting: () => false }], later)).toEqual([]);
  });
});

describe('logs', () => {
  const line = (fields: object) => JSON.stringify({ level: 'error', message: 'call failed', ...fields });

  it('show defects of which no caller hears', () => {
    const lines = [
      line({ method: '/a/B', error: { name: 'RangeError', message: 'Invalid time value' } }),
      line({ level: 'warn' }),
      'text',
    ];
    expect(checkLines('audit-service', lines)).toEqual([
      { check: 'an error in the log', target: 'audit-service', seen: 'call failed · /a/B · RangeError · Invalid time value' },
    ]);
    expect(checkLines('rotation-worker', [line({ message: 'a job has failed' })])).toEqual([]);
  });

  describe('in files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-logs-'));
    const file = join(folder, 'secrets-api.log');
    const write = (what: string) => appendFileSync(file, `${line({ message: what })}\n`);
    afterAll(() => rmSync(folder, { recursive: true }));

    it('are read on from where the last look ended, also when they were set aside in between', () => {
      write('before the run');
      const watch = new LogWatch(new Map([['secrets-api', file]]));
      const seen = () => watch.look(7).map((finding) => [finding.seen, finding.index]);
      expect(seen()).toEqual([]);
      write('first');
      appendFileSync(file, line({ message: 'half written' }).slice(0, 40));
      expect(seen()).toEqual([['first', 7]]);
      appendFileSync(file, `${line({ message: 'half written' }).slice(40)}\n`);
      write('last of the old file');
      boundLog(file, { maxBytes: 1, files: 3 });
      write('new file');
      expect(seen()).toEqual([
        ['half written', 7],
        ['last of the old file', 7],
        ['new file', 7],
      ]);
      expect(seen()).toEqual([]);
    });

    it('may come later than the run', () => {
      const later = join(folder, 'later.log');
      const watch = new LogWatch(new Map([['later', later]]));
      expect(watch.look()).toEqual([]);
      writeFileSync(later, `${line({})}\n`);
      expect(watch.look()).toEqual([{ check: 'an error in the log', target: 'later', seen: 'call failed' }]);
    });
  });
});
