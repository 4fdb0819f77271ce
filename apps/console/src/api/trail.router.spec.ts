import { ManualClock } from '@strongroom/clock';
import {
  type Event,
  LookupEventsResponse,
  type StreamTrailVerificationRequest,
  StreamTrailVerificationResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { DomainError } from '@strongroom/errors';
import { TestSigner } from '@strongroom/merkle/testing';
import { nobody, signedIn, testProcedure } from './signed-in.testing';
import { trailRouter } from './trail.router';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const clock = new ManualClock(new Date(NOW));
const signer = new TestSigner();
const root = Buffer.alloc(32, 7);
const event = (eventName: string, eventId = 'e1'): Event =>
  LookupEventsResponse.fromPartial({
    events: [{ eventId, eventName, eventSource: 'secretsmanager.amazonaws.com', eventTime: new Date(NOW), userIdentity: {} }],
  }).events[0]!;

const asked: { method: string; request: unknown; options: unknown }[] = [];
/** What the services answer, by method; a step of a verification is a list of messages, or an error. */
let answers: Record<string, unknown> = {};
const steps: (Parameters<typeof StreamTrailVerificationResponse.fromPartial>[0][] | Error)[] = [];

const answer = (method: string) => async (request: unknown, options: unknown) => {
  asked.push({ method, request, options });
  return answers[method] as never;
};
const router = trailRouter(
  {
    audit: {
      lookupEvents: answer('lookupEvents'),
      getCheckpoint: answer('getCheckpoint'),
      getConsistencyProof: answer('getConsistencyProof'),
      getInclusionProof: answer('getInclusionProof'),
    },
    verifications: {
      streamTrailVerification: async function* (request: StreamTrailVerificationRequest, options: unknown) {
        asked.push({ method: 'streamTrailVerification', request, options });
        const step = steps.shift();
        if (step instanceof Error) throw step;
        for (const message of step ?? []) yield StreamTrailVerificationResponse.fromPartial(message);
      },
    },
    clock,
  },
  testProcedure,
);
const caller = router.createCaller(signedIn(NOW));
const problem = { cause: expect.objectContaining({ metadata: expect.anything() }) };

beforeEach(() => {
  asked.length = 0;
  steps.length = 0;
  answers = { getCheckpoint: { checkpoint: signer.checkpoint(9, root), size: 9n } };
});

it('answers nobody who has not signed in', async () => {
  await expect(router.createCaller(nobody(NOW)).records({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  expect(asked).toEqual([]);
});

it('writes events as records of CloudTrail, asked for on behalf of the person', async () => {
  answers['lookupEvents'] = { events: [event('GetSecretValue')], nextToken: 'more' };
  const { lines, nextToken } = await caller.records({ maxResults: 1 });
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ eventName: 'GetSecretValue', eventID: 'e1' }]);
  expect(nextToken).toBe('more');
  expect(asked).toMatchObject([
    { request: { maxResults: 1 }, options: { onBehalfOf: { credentialId: 'session:ASIA1', sourceIp: '203.0.113.7' } } },
  ]);
});

describe('a verification', () => {
  it('ends a step with the result', async () => {
    steps.push([
      { resumeToken: 'a', eventsVerified: 5n },
      { eventsVerified: 9n, result: { valid: true } },
    ]);
    expect(await caller.verify({})).toMatchObject({ result: { valid: true }, eventsVerified: 9n, resumeToken: 'a' });
  });

  it('keeps the findings of the whole step', async () => {
    steps.push([
      { resumeToken: 'a', findings: [{ sequence: 3n }] },
      { resumeToken: 'b', findings: [{ sequence: 7n }], result: {} },
    ]);
    const { findings, resumeToken } = await caller.verify({ resumeToken: 'z' });
    expect([findings.map(({ sequence }) => sequence), resumeToken]).toEqual([[3n, 7n], 'b']);
    expect(asked[0]!.request).toMatchObject({ resumeToken: 'z' });
  });

  it('waits until the service has let go of the step before', async () => {
    const busy = new DomainError({ kind: 'resource-exhausted', reason: 'LimitExceededException', message: 'one at a time' });
    steps.push(busy, [{ result: { valid: true } }]);
    expect(await caller.verify({})).toMatchObject({ result: { valid: true } });
    expect(asked).toHaveLength(2);
  });

  it('says what went wrong before it reached a place', async () => {
    steps.push(new DomainError({ kind: 'permission-denied', reason: 'AccessDeniedException', message: 'not you' }));
    await expect(caller.verify({})).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'not you' });
    steps.push([]);
    await expect(caller.verify({})).rejects.toMatchObject({ code: 'GATEWAY_TIMEOUT' });
  });
});

describe('a proof', () => {
  it('that all of a kept checkpoint is still there is asked for once for each size', async () => {
    answers['getConsistencyProof'] = { hashes: [root] };
    const kept = [4, 7, 4].map((size) => signer.checkpoint(size, root)).join('\n');
    const { lines } = await caller.prove({ since: kept });
    expect(asked.map(({ method, request }) => [method, request])).toEqual([
      ['getCheckpoint', {}],
      ['getConsistencyProof', { fromSize: 4n, toSize: 9n }],
      ['getConsistencyProof', { fromSize: 7n, toSize: 9n }],
    ]);
    expect(lines).toHaveLength(2);
  });

  it.each([
    [{}, 'eventId: must be there, or since'],
    [{ eventId: 'no UUID' }, 'eventId: must be a UUID'],
    [{ since: 'nothing' }, 'since: has no checkpoint in it'],
    [
      { since: Array.from({ length: 21 }, (_, n) => signer.checkpoint(n + 1, root)).join('\n') },
      'since: has more than 20 checkpoints in it',
    ],
    [{ since: 'x'.repeat((64 << 10) + 1) }, 'since: has at most 65,536 characters'],
  ])('of something else is refused (%#)', async (input, message) => {
    await expect(caller.prove(input)).rejects.toMatchObject({ ...problem, message });
    expect(asked).toEqual([]);
  });
});

it('tries a pattern with the newest events', async () => {
  answers['lookupEvents'] = { events: [event('GetSecretValue', 'a'), event('PutSecretValue', 'b')], nextToken: '' };
  const eventPattern = JSON.stringify({ detail: { eventName: ['PutSecretValue'] } });
  expect(await caller.tryPattern({ eventPattern })).toMatchObject({ looked: 2, matched: 1, events: [{ eventId: 'b' }] });
  await expect(caller.tryPattern({ eventPattern: '{"detail": 7}' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(/^Event pattern is not valid\. Reason: /),
  });
});
