import { GetInclusionProofRequest } from '@strongroom/contracts/strongroom/audit/v1/checkpoints';
import { chainHash, leafHash, openCheckpoint, parseNoteKey, provesConsistency, provesInclusion } from '@strongroom/merkle';
import { oddRequests, tryOddInput } from '@strongroom/testing';
import fc from 'fast-check';
import { testEvent } from './domain/trail.testing';
import { type AuditClient, TestAuditService } from './server.testing';

let test: TestAuditService;
let ada: AuditClient;
const accountId = '100000000000';
const once = { timeoutMs: 30_000, maxAttempts: 1 };
const event = testEvent({ recipientAccountId: accountId });

beforeAll(async () => {
  test = await TestAuditService.start();
  ada = await test.clientOf('ada', { accountId });
  await test.record(accountId, {}, {}, event, {});
});
afterAll(() => test?.stop());

const opened = async (note: string) => {
  const { keys } = await ada.listCheckpointKeys({}, once);
  return openCheckpoint(note, parseNoteKey(keys[0]!));
};
const inclusion = (request: object) => ada.getInclusionProof(GetInclusionProofRequest.fromPartial(request), once);

it('proves an event, and that nothing before a checkpoint has changed', async () => {
  const { checkpoint, size, root } = await ada.getCheckpoint({}, once);
  const older = await opened(checkpoint);
  expect(older).toEqual({ origin: `strongroom.local/us-east-1/trail/${accountId}`, size: Number(size), root });
  expect(older.size).toBeGreaterThanOrEqual(4);
  expect((await ada.getCheckpoint({ size }, once)).checkpoint).toBe(checkpoint);

  await test.record(accountId, ...Array.from({ length: 300 }, () => ({})));
  const newer = await opened((await ada.getCheckpoint({}, once)).checkpoint);
  expect(newer.size).toBeGreaterThan(older.size + 299);
  const { hashes } = await ada.getConsistencyProof({ fromSize: size, toSize: BigInt(newer.size) }, once);
  expect(provesConsistency({ from: older, to: newer, proof: hashes })).toBe(true);

  const byId = await inclusion({ event: { $case: 'eventId', value: event.eventId }, size: BigInt(newer.size) });
  const sequence = Number(byId.sequence);
  const leaf = leafHash(chainHash(byId.previousHash, sequence, byId.record));
  expect(JSON.parse(byId.record)).toContain(event.eventId);
  const claim = { index: sequence - 1, leafHash: leaf, size: newer.size, root: newer.root, proof: byId.hashes };
  expect(provesInclusion(claim)).toBe(true);
  expect(await inclusion({ event: { $case: 'sequence', value: byId.sequence }, size: BigInt(newer.size) })).toEqual(byId);
});

it('is for those whom policies allow it, and shows each account its own trail', async () => {
  const allow = (...Action: string[]) => ({
    policies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }],
  });
  const nobody = await test.clientOf('nobody', { accountId, ...allow('cloudtrail:LookupEvents') });
  const first = GetInclusionProofRequest.fromPartial({ event: { $case: 'sequence', value: 1n } });
  const refused = { reason: 'AccessDeniedException' };
  await expect(nobody.getCheckpoint({}, once)).rejects.toMatchObject(refused);
  await expect(nobody.getConsistencyProof({ fromSize: 0n }, once)).rejects.toMatchObject(refused);
  await expect(nobody.listCheckpointKeys({}, once)).rejects.toMatchObject(refused);
  await expect(nobody.getInclusionProof(first, once)).rejects.toMatchObject(refused);
  // The proof has the event in it.
  const prover = await test.clientOf('prover', { accountId, ...allow('cloudtrail:GetInclusionProof') });
  await expect(prover.getInclusionProof(first, once)).rejects.toMatchObject(refused);
  const other = await test.clientOf('other', { accountId: '100000000001' });
  const { checkpoint } = await other.getCheckpoint({}, once);
  expect(checkpoint.split('\n')[0]).toBe('strongroom.local/us-east-1/trail/100000000001');
});

it.each<[string, () => Promise<unknown>, string]>([
  ['no event', () => inclusion({}), 'event_id or sequence must be given'],
  ['an id that is none', () => inclusion({ event: { $case: 'eventId', value: 'x' } }), 'event_id must be a UUID'],
  ['the place 0', () => inclusion({ event: { $case: 'sequence', value: 0n } }), 'sequence must be at least 1'],
  [
    'an event beyond the tree',
    () => inclusion({ event: { $case: 'sequence', value: 3n }, size: 2n }),
    'sequence must be at most 2',
  ],
  ['a size of the future', () => inclusion({ event: { $case: 'sequence', value: 3n }, size: 99_999n }), 'size must be at most'],
  [
    'a newer tree of the future',
    () => ada.getConsistencyProof({ fromSize: 1n, toSize: 99_999n }, once),
    'to_size must be at most',
  ],
  [
    'an older tree that is newer',
    () => ada.getConsistencyProof({ fromSize: 3n, toSize: 2n }, once),
    'from_size must not be more',
  ],
  ['a size beyond all', () => ada.getCheckpoint({ size: 2n ** 53n }, once), 'size must be less than 2^53'],
])('refuses %s', async (_, call, message) => {
  await expect(call()).rejects.toMatchObject({ reason: 'InvalidParameterException', message: expect.stringContaining(message) });
});

it('has no proof of what is not there', async () => {
  const unknown = { reason: 'ResourceNotFoundException' };
  await expect(inclusion({ event: { $case: 'eventId', value: testEvent().eventId } })).rejects.toMatchObject(unknown);
  await expect(ada.getCheckpoint({ size: 3n }, once)).rejects.toMatchObject(unknown);
});

it('makes no checkpoint while crypto-keyservice is away', async () => {
  test.signer.away = true;
  await expect(ada.getCheckpoint({}, once)).rejects.toMatchObject({ kind: 'unavailable' });
  test.signer.away = false;
  await expect(ada.getCheckpoint({}, once)).resolves.toBeDefined();
});

it('refuses odd input', async () => {
  const place = fc.oneof(fc.constantFrom(0n, 1n, 2n, 5n, 2n ** 53n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n));
  const sizes = fc.record({ fromSize: place, toSize: place }, { requiredKeys: ['fromSize'] });
  await tryOddInput(sizes, (request) => ada.getConsistencyProof(request, once));
  const size = fc.record({ size: place }, { requiredKeys: [] });
  await tryOddInput(size, (request) => ada.getCheckpoint(request, once));
  const eventIds = oddRequests({ value: event.eventId }).map((fields) => (fields as { value?: string }).value);
  await tryOddInput(fc.tuple(eventIds, size, place), ([value, rest, sequence]) =>
    inclusion({ ...rest, event: value === undefined ? { $case: 'sequence', value: sequence } : { $case: 'eventId', value } }),
  );
}, 60_000);
