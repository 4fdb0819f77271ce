import { encodeEvent } from '@strongroom/audit-trail';
import { chained, headOf, link } from './chain';
import { ChainWriter } from './chain-writer';
import type { StoredEvent } from './trail.port';
import { encoded, FakeAnchor, FakeInspector, FakeSealer, InMemoryTrail, testClock, testEvent } from './trail.testing';
import { TrailVerifier } from './verification';
import type { Verification } from './verification-run';

const account = '000000000000';

/** A sealed trail of 100 events in blocks of 8, verified with and without inspections. */
const setUp = async () => {
  const trail = new InMemoryTrail();
  const sealer = new FakeSealer();
  const anchor = new FakeAnchor();
  const inspector = new FakeInspector(trail);
  const events = Array.from({ length: 100 }, (_, i) => encoded(testEvent({ eventName: `E${i + 1}` })));
  const [head] = await new ChainWriter(trail).append(events);
  await trail.addSeal({ ...head!, blob: await sealer.seal(head!) });
  anchor.head = head;
  const verifierWith = (options: object) => new TrailVerifier(trail, sealer, anchor, testClock(), { stride: 20, ...options });
  const [plain, inspecting] = [verifierWith({}), verifierWith({ inspector, inspectFrom: 1 })];
  const resultOf = async (verifier: TrailVerifier): Promise<Verification> => {
    for await (const { result } of verifier.verifyOn(account, undefined, {})) if (result) return result;
    throw new Error('there is no result');
  };
  return { trail, rows: trail.ofAccount(), anchor, inspector, plain, inspecting, resultOf };
};
type Setting = Awaited<ReturnType<typeof setUp>>;

const withName = (row: StoredEvent, eventName: string): StoredEvent => ({
  ...row,
  record: encodeEvent({ ...chained(row).event, eventName }),
});

it('takes blocks as a whole in which nothing is wrong', async () => {
  const { inspector, plain, inspecting, resultOf } = await setUp();
  expect(await resultOf(inspecting)).toEqual(await resultOf(plain));
  expect(inspector.sound).toBe(13);
});

it('does not bother with few events', async () => {
  const { inspector, trail, anchor, resultOf } = await setUp();
  const verifier = new TrailVerifier(trail, new FakeSealer(), anchor, testClock(), { inspector, inspectFrom: 101 });
  expect((await resultOf(verifier)).eventsVerified).toBe(100);
  expect(inspector.sound).toBe(0);
});

it('verifies a range that begins and ends within blocks', async () => {
  const { plain, inspecting, inspector } = await setUp();
  const range = { from: 13, to: 30 };
  expect(await inspecting.verify(account, range, {})).toEqual(await plain.verify(account, range, {}));
  expect(inspector.sound).toBe(1);
});

it('goes on from every place that it told of', async () => {
  const { inspecting, resultOf } = await setUp();
  const result = await resultOf(inspecting);
  for await (const { checkpoint } of inspecting.verifyOn(account, undefined, {}))
    for await (const rest of inspecting.verifyOn(account, checkpoint, {})) if (rest.result) expect(rest.result).toEqual(result);
});

it.each<[string, (setting: Setting) => void]>([
  ['a changed event', ({ rows }) => (rows[41] = withName(rows[41]!, 'Harmless'))],
  ['a changed first event of a block', ({ rows }) => (rows[40] = withName(rows[40]!, 'Harmless'))],
  [
    'a block that was rewritten in itself',
    ({ rows }) => {
      const changed = [withName(rows[40]!, 'Harmless'), ...rows.slice(41, 48)].map(chained);
      rows.splice(40, 8, ...link(headOf(account, rows[39]!), changed));
    },
  ],
  ['a missing event', ({ rows }) => rows.splice(41, 1)],
  ['a missing block', ({ rows }) => rows.splice(40, 8)],
  ['a missing end', ({ rows }) => rows.splice(90)],
  [
    'two events that changed places',
    ({ rows }) => {
      const [a, b] = [rows[41]!, rows[42]!];
      rows[41] = { ...b, sequence: a.sequence };
      rows[42] = { ...a, sequence: b.sequence };
    },
  ],
  ['a record that is none', ({ rows }) => (rows[41] = { ...rows[41]!, record: 'x' })],
  ['an event of another account', ({ rows }) => (rows[41] = ofAccount(rows[41]!, '111111111111'))],
  ['another end in Redis', ({ anchor, rows }) => (anchor.head = headOf(account, { sequence: 50, hash: rows[50]!.hash }))],
  ['a block that cannot be opened', ({ trail }) => distort(trail, { events: undefined })],
  ['a wrong time', ({ trail }) => distort(trail, { firstTime: 0 })],
  ['a wrong last hash', ({ trail }) => distort(trail, { lastHash: Buffer.alloc(32) })],
  ['a wrong last place', ({ trail }) => distort(trail, { lastSequence: 47 })],
  ['an unknown set of terms', ({ trail }) => distort(trail, { termSet: 9 })],
  [
    'an entry of an id that is missing',
    ({ trail, rows }) => {
      const { eventId } = chained(rows[41]!).event;
      trail.distortEntries = ({ identities, terms }) => ({
        identities: new Map([...identities].filter(([id]) => id !== eventId)),
        terms,
      });
    },
  ],
  [
    'an incident of the journal',
    ({ rows }) => {
      const { event } = chained(rows[99]!);
      const userIdentity = { ...event.userIdentity, principalId: 'audit-service' };
      const incident = { ...event, eventName: 'JournalEntryForged', eventSource: 'cloudtrail.amazonaws.com', userIdentity };
      rows.splice(99, 1, ...link(headOf(account, rows[98]!), [encoded(incident)]));
    },
  ],
])('finds what is found without inspections: %s', async (_, tamper) => {
  const setting = await setUp();
  tamper(setting);
  const found = await setting.resultOf(setting.inspecting);
  expect(found.valid).toBe(false);
  expect(found).toEqual(await setting.resultOf(setting.plain));
  expect(setting.inspector.sound).toBeGreaterThan(5);
});

const ofAccount = (row: StoredEvent, recipientAccountId: string): StoredEvent => ({
  ...row,
  record: encodeEvent({ ...chained(row).event, recipientAccountId }),
});

const distort = (trail: InMemoryTrail, change: object): void => {
  trail.distortBlock = (block) => (block.firstSequence === 41 ? { ...block, ...change } : block);
};
