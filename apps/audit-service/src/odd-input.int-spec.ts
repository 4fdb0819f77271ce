import { FakePrincipalSource, type Caller } from '@strongroom/access';
import {
  EventFilter,
  LookupEventsRequest,
  StreamEventsRequest,
  StreamTrailVerificationRequest,
  VerifyTrailRequest,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { oddRequests, oddText, tryOddInput } from '@strongroom/testing';
import fc from 'fast-check';
import { type AuditClient, TestAuditService } from './server.testing';

/** Believes a credential when a stream first asks, but not when it looks at the trail again. So a stream that was let in ends. */
class OneLook extends FakePrincipalSource {
  looks = 0;

  override byCredentialId(credentialId: string): Promise<Caller | undefined> {
    return this.looks++ === 0 ? super.byCredentialId(credentialId) : Promise.resolve(undefined);
  }
}

const principals = new OneLook();
const accountId = '100000000000';
let test: TestAuditService;
let client: AuditClient;
/** A real one, for the requests with which its page was asked for. */
let nextToken: string;

const lookup = (request: object) =>
  client.lookupEvents(LookupEventsRequest.fromPartial(request), { timeoutMs: 30_000, maxAttempts: 1 });

beforeAll(async () => {
  test = await TestAuditService.start(principals);
  client = await test.clientOf('odd', { accountId });
  await test.record(accountId, {}, {}, {});
  do ({ nextToken } = await lookup({ maxResults: 1 }));
  while (nextToken === '');
}, 60_000);
afterAll(() => test?.stop());

const conditions = {
  principal: 'odd',
  eventName: 'LookupEvents',
  resource: 'prod/db',
  requestId: 'id',
  eventSource: 'source',
  outcome: 1,
  eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
  readOnly: true,
  resourceType: 'AWS::SecretsManager::Secret',
  accessKeyId: 'ASIAEXAMPLE',
  userName: 'odd',
};
const time = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(...[0, -1, 8.64e15, -8.64e15, Date.UTC(9999, 11, 31, 23, 59, 59, 999)].map((millis) => new Date(millis))),
);
const times = fc.record({ startTime: time, endTime: time }, { requiredKeys: [] });
/** One condition at a time as well: all of them together are seldom met by any event. */
const filter = fc
  .oneof(
    times,
    fc.constantFrom(...Object.entries(conditions)).chain(([name, value]) => oddRequests({ [name]: value })),
    fc.tuple(oddRequests(conditions), times).map(([fields, between]) => ({ ...fields, ...between })),
  )
  .map((fields) => EventFilter.fromPartial(fields));
const place = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n),
  fc.bigInt(0n, 2n ** 64n - 1n),
);

/** Positions that no page had, in a token that is otherwise right. */
const position = fc.oneof(fc.maxSafeInteger(), fc.double(), oddText, fc.constantFrom(null, 8.64e15, -8.64e15, -1, 0));
const token = fc.oneof(
  oddText,
  fc.tuple(position, position).map(([at, sequence]) => {
    const [version, , , purpose] = JSON.parse(Buffer.from(nextToken, 'base64url').toString()) as unknown[];
    return Buffer.from(JSON.stringify([version, at, sequence, purpose])).toString('base64url');
  }),
  fc.json().map((text) => Buffer.from(text).toString('base64url')),
);

jest.setTimeout(120_000);

describe('odd input is refused by', () => {
  it('LookupEvents', async () => {
    await tryOddInput(oddRequests({ maxResults: 10 }), lookup);
    await tryOddInput(fc.tuple(oddRequests({ maxResults: 10 }), filter), ([fields, filter]) => lookup({ ...fields, filter }));
    await tryOddInput(token, (nextToken) => lookup({ nextToken, maxResults: 10 }));
    await tryOddInput(fc.tuple(token, filter), ([nextToken, filter]) => lookup({ nextToken, filter }));
  });

  it('VerifyTrail', async () => {
    const range = fc.record({ fromSequence: place, toSequence: place }, { requiredKeys: [] });
    await tryOddInput(range, (request) =>
      client.verifyTrail(VerifyTrailRequest.fromPartial(request), { timeoutMs: 30_000, maxAttempts: 1 }),
    );
  });

  it('StreamEvents', async () => {
    const request = fc.record({ filter, afterSequence: place }, { requiredKeys: [] });
    const answered = async (fields: object) => {
      principals.looks = 0;
      for await (const _ of client.streamEvents(StreamEventsRequest.fromPartial(fields))) {
        // Read to its end.
      }
    };
    await expect(answered({})).rejects.toMatchObject({ kind: 'unauthenticated' });
    await tryOddInput(request, answered);
    await tryOddInput(fc.record({ afterSequence: place }), answered);
  });

  it('StreamTrailVerification', async () => {
    await tryOddInput(oddRequests({ resumeToken: nextToken }), async (fields) => {
      for await (const _ of client.streamTrailVerification(StreamTrailVerificationRequest.fromPartial(fields))) {
        // Read to its end.
      }
    });
  });
});
