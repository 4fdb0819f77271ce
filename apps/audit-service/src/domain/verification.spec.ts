import { encodeEvent } from '@strongroom/audit-trail';
import { DAY, HOUR } from '@strongroom/clock';
import fc from 'fast-check';
import { chained, emptyChain, headOf, link } from './chain';
import { ChainWriter } from './chain-writer';
import { termsIn } from './event-terms';
import type { StoredBlock, StoredEvent } from './trail.port';
import { encoded, FakeAnchor, FakeSealer, InMemoryTrail, testClock, testEvent } from './trail.testing';
import { TrailVerifier, type Range } from './verification';

const account = '000000000000';

/** A trail of `length` events, sealed at the places in `seals`. */
const setUp = async ({ length = 20, seals = [length] }: { length?: number; seals?: number[] } = {}) => {
  const trail = new InMemoryTrail();
  const sealer = new FakeSealer();
  const anchor = new FakeAnchor();
  const clock = testClock();
  const writer = new ChainWriter(trail);
  for (let i = 1; i <= length; i++) {
    const [head] = await writer.append([encoded(testEvent({ eventName: `Event${i}` }))]);
    anchor.head = head;
    if (seals.includes(i)) await trail.addSeal({ ...head!, blob: await sealer.seal(head!) });
  }
  const verifier = new TrailVerifier(trail, sealer, anchor, clock);
  const verify = (range: Range = {}) => verifier.verify(account, range, {});
  const findings = async (range?: Range) => (await verify(range)).findings.map(({ kind, sequence }) => `${kind} ${sequence}`);
  return { trail, rows: trail.ofAccount(), sealer, anchor, clock, verify, findings };
};

/** Rewrites the chain from a place on so that it is consistent in itself, as one would who can do all in the database. */
const rewrite = (rows: StoredEvent[], from: number, change: (row: StoredEvent) => StoredEvent) => {
  const before = rows[from - 2];
  const changed = rows.slice(from - 1).map((row, index) => (index === 0 ? change(row) : row));
  const linked = link(before ? headOf(account, before) : emptyChain(account), changed.map(chained));
  rows.splice(from - 1, rows.length, ...linked.map(({ sequence, hash, record }) => ({ sequence, hash, record })));
};

const withName = (row: StoredEvent, eventName: string): StoredEvent => {
  return { ...row, record: encodeEvent({ ...chained(row).event, eventName }) };
};

it('finds nothing in a trail as it was written', async () => {
  const { verify, rows } = await setUp({ length: 1_200, seals: [500, 1_000] });
  expect(await verify()).toEqual({
    eventsVerified: 1_200,
    lastSequence: 1_200,
    lastHash: rows[1_199]!.hash,
    findings: [],
    valid: true,
  });
});

it('finds nothing in an empty trail', async () => {
  const { verify } = await setUp({ length: 0 });
  expect(await verify()).toEqual({ eventsVerified: 0, lastSequence: 0, lastHash: Buffer.alloc(0), findings: [], valid: true });
});

it('verifies a range', async () => {
  const { verify, rows } = await setUp();
  expect(await verify({ from: 5, to: 9 })).toEqual({
    eventsVerified: 5,
    lastSequence: 9,
    lastHash: rows[8]!.hash,
    findings: [],
    valid: true,
  });
});

it('finds a changed record', async () => {
  const { rows, findings } = await setUp();
  rows[6] = withName(rows[6]!, 'Harmless');
  expect(await findings()).toEqual(['changed 7']);
  expect(await findings({ from: 8 })).toEqual([]);
});

it('finds a changed record whose own hash was made to fit', async () => {
  const { rows, findings } = await setUp();
  const [forged] = link(headOf(account, rows[5]!), [chained(withName(rows[6]!, 'Harmless'))]);
  rows[6] = forged!;
  expect(await findings()).toEqual(['changed 8']);
});

it.each(['request', 'resource', 'principal', 'user', 'name', 'source'])(
  'finds that lookups by %s do not come to a block any more',
  async (attribute) => {
    const { trail, verify } = await setUp();
    trail.distortEntries = ({ identities, terms }) => ({
      identities,
      // The name and the request of event 4 are its own; what else leads to it leads to the first event of its block, too.
      terms: new Set([...terms].filter((term) => !term.includes(` ${attribute} `) || !isOfEvent4(term))),
    });
    const isOfEvent4 = (term: string) => termsIn([chained(trail.ofAccount()[3]!)]).has(term);
    const { findings } = await verify({ to: 8 });
    expect(findings).toEqual([
      {
        kind: 'changed',
        sequence: ['request', 'name'].includes(attribute) ? 4 : 1,
        detail: `lookups by ${attribute} do not find the event: its entry is missing or changed`,
      },
    ]);
  },
);

it('finds that the entry of an id is gone, or names another place', async () => {
  const { trail, findings, rows } = await setUp();
  const id = chained(rows[3]!).event.eventId;
  trail.distortEntries = ({ identities, terms }) => ({
    identities: new Map([...identities].filter(([eventId]) => eventId !== id)),
    terms,
  });
  expect(await findings()).toEqual(['changed 4']);
  trail.distortEntries = ({ identities, terms }) => ({ identities: new Map([...identities, [id, 5]]), terms });
  expect(await findings()).toEqual(['changed 4']);
});

it('finds an entry of an id that no event has', async () => {
  const { trail, verify } = await setUp();
  trail.superfluousIdentities = 1;
  expect((await verify()).findings).toEqual([
    { kind: 'changed', sequence: 20, detail: 'there are 21 entries of ids for 20 events' },
  ]);
});

it.each<[string, Partial<StoredBlock>]>([
  ['last_sequence', { lastSequence: 15 }],
  ['last_hash', { lastHash: Buffer.alloc(32) }],
  ['first_time', { firstTime: 0 }],
  ['last_time', { lastTime: 9e12 }],
])('finds a changed column of a block: %s', async (column, change) => {
  const { trail, verify } = await setUp();
  trail.distortBlock = (block) => (block.firstSequence === 9 ? { ...block, ...change } : block);
  const { findings } = await verify();
  expect(findings).toEqual([{ kind: 'changed', sequence: 9, detail: `${column}: not the same as in the events of the block` }]);
  expect((await verify({ from: 12 })).findings).toMatchObject([{ kind: 'changed', sequence: 12 }]);
});

it('finds a block that can not be opened, and goes on behind it', async () => {
  const { trail, verify, rows } = await setUp();
  trail.distortBlock = (block) => (block.firstSequence === 9 ? { ...block, events: undefined } : block);
  rows[17] = withName(rows[17]!, 'Harmless');
  const { findings, eventsVerified } = await verify();
  expect(findings.map(({ kind, sequence }) => `${kind} ${sequence}`)).toEqual(['changed 9', 'changed 18']);
  expect(eventsVerified).toBe(12);
});

it('finds a block too many', async () => {
  const { trail, findings } = await setUp();
  const packed = trail.packed.bind(trail);
  trail.packed = async function* (...query: Parameters<typeof packed>) {
    for await (const block of packed(...query)) {
      yield block;
      const { events } = await trail.open(block);
      if (block.firstSequence === 9) yield trail.pack({ ...block, firstSequence: 12, events: events!.slice(3) });
    }
  };
  expect(await findings()).toEqual([12, 13, 14, 15, 16].map((sequence) => `out-of-order ${sequence}`));
});

it('finds a place that no chain has', async () => {
  const { rows, findings } = await setUp();
  rows.push({ sequence: 0, hash: Buffer.alloc(32), record: encodeEvent(testEvent()) });
  expect(await findings()).toEqual(['out-of-order 0']);
});

it('finds an event of another account', async () => {
  const { rows, findings } = await setUp({ length: 5, seals: [] });
  rewrite(rows, 4, (row) => ({ ...row, record: encodeEvent({ ...chained(row).event, recipientAccountId: '111111111111' }) }));
  expect(await findings()).toContain('changed 4');
});

it('finds a record that is none', async () => {
  const { rows, findings } = await setUp();
  rows[3] = { ...rows[3]!, record: 'nothing' };
  expect(await findings()).toEqual(['changed 4']);
});

it('finds what is missing from the middle', async () => {
  const { rows, findings, verify } = await setUp();
  rows.splice(6, 3);
  expect(await findings()).toEqual(['missing 7']);
  expect((await verify()).findings[0]!.detail).toBe('the events up to 9 are missing');
});

it('finds a missing beginning', async () => {
  const { rows, findings } = await setUp();
  rows.splice(0, 2);
  expect(await findings()).toEqual(['missing 1']);
});

it('finds a gap that was closed by moving what follows', async () => {
  const { rows, findings } = await setUp();
  rows.splice(6, 1);
  rows.forEach((row, index) => (rows[index] = { ...row, sequence: index + 1 }));
  expect(await findings()).toContain('missing-tail 20');
  expect((await findings())[0]).toMatch(/^(changed|out-of-order) 7$/);
});

it.each([
  [7, 8],
  [7, 15],
])('finds events %i and %i that changed places', async (a, b) => {
  const { rows, findings } = await setUp();
  const [rowA, rowB] = [rows[a - 1]!, rows[b - 1]!];
  rows[a - 1] = { ...rowB, sequence: a };
  rows[b - 1] = { ...rowA, sequence: b };
  const found = await findings();
  expect(found.filter((finding) => finding.startsWith('out-of-order'))).not.toEqual([]);
  expect(found.length).toBeLessThanOrEqual(4);
});

it('finds a missing tail by the end that Redis keeps', async () => {
  const { rows, findings, trail } = await setUp();
  rows.splice(15);
  trail.sealed.splice(0);
  expect(await findings()).toEqual(['missing-tail 16']);
});

it('finds a missing tail by a seal', async () => {
  const { rows, findings, anchor } = await setUp();
  rows.splice(15);
  anchor.head = undefined;
  expect(await findings()).toEqual(['missing-tail 16']);
});

it('finds a missing tail by what the auditor knows', async () => {
  const { rows, findings, anchor, trail } = await setUp();
  rows.splice(15);
  trail.sealed.splice(0);
  anchor.head = undefined;
  expect(await findings({ to: 20 })).toEqual(['missing-tail 16']);
});

it('finds that everything is gone', async () => {
  const { rows, findings } = await setUp();
  rows.splice(0);
  expect(await findings()).toEqual(['missing-tail 1']);
});

it('finds a trail rewritten without a flaw: by its end in Redis, and by its seals', async () => {
  const { rows, findings, anchor } = await setUp({ seals: [10, 20] });
  rewrite(rows, 5, (row) => withName(row, 'Harmless'));
  expect(await findings()).toEqual(['seal-invalid 10', 'changed 20', 'seal-invalid 20']);
  anchor.head = undefined;
  expect(await findings()).toEqual(['seal-invalid 10', 'seal-invalid 20']);
});

it('finds a trail rewritten without a flaw whose seals were changed with it', async () => {
  const { rows, findings, anchor, trail } = await setUp();
  rewrite(rows, 5, (row) => withName(row, 'Harmless'));
  anchor.head = undefined;
  trail.sealed[0] = { ...trail.sealed[0]!, hash: rows[19]!.hash };
  expect(await findings()).toEqual(['seal-invalid 20']);
});

it('finds seals that were moved or made up', async () => {
  const { findings, trail, rows } = await setUp({ seals: [10, 20] });
  const [ten, twenty] = [...trail.sealed];
  trail.sealed[0] = { ...ten!, blob: twenty!.blob };
  trail.sealed[1] = { ...twenty!, blob: Buffer.from('made up'), hash: rows[19]!.hash };
  expect(await findings()).toEqual(['seal-invalid 10', 'seal-invalid 20']);
});

it('finds that seals were removed, once they must have been there', async () => {
  const { findings, trail, clock } = await setUp({ seals: [10, 20] });
  trail.sealed.splice(1);
  clock.set('2026-11-24T12:20:00Z');
  expect(await findings()).toEqual([]);
  clock.advance(HOUR);
  expect(await findings()).toEqual(['seal-invalid 11']);
  trail.sealed.splice(0);
  clock.advance(DAY);
  expect(await findings()).toEqual(['seal-invalid 1']);
});

it('does not call a trail valid when nobody can check its seals', async () => {
  const { sealer, verify } = await setUp();
  sealer.away = true;
  await expect(verify()).rejects.toMatchObject({ kind: 'unavailable' });
});

it('tells of at most a hundred findings, the first ones', async () => {
  const { rows, verify } = await setUp({ length: 300 });
  rows.forEach((row, index) => (rows[index] = { ...row, record: 'x' }));
  const { findings } = await verify();
  expect(findings).toHaveLength(100);
  expect(findings.at(-1)!.sequence).toBe(100);
});

it('finds whatever single thing was changed in a row, removed, repeated or moved', async () => {
  const { trail, rows, findings } = await setUp({ length: 8, seals: [3, 8] });
  const original = [...rows];
  const seals = [...trail.sealed];
  const flip = (bytes: Buffer, bit: number) => {
    const copy = Buffer.from(bytes);
    const index = Math.floor(bit / 8) % copy.length;
    copy[index] = copy[index]! ^ (1 << (bit % 8));
    return copy;
  };
  const tamperings: ((row: number, bit: number) => void)[] = [
    (row, bit) => (rows[row] = { ...rows[row]!, hash: flip(rows[row]!.hash, bit) }),
    (row, bit) => (rows[row] = { ...rows[row]!, record: flip(Buffer.from(rows[row]!.record, 'latin1'), bit).toString('latin1') }),
    (row) => rows.splice(row, 1),
    (row, bit) => (rows[row] = { ...rows[bit % 8]!, sequence: rows[row]!.sequence }),
    (_, bit) => (trail.sealed[bit % 2] = { ...seals[bit % 2]!, hash: flip(seals[bit % 2]!.hash, bit) }),
    (_, bit) => (trail.sealed[bit % 2] = { ...seals[bit % 2]!, blob: flip(seals[bit % 2]!.blob, bit) }),
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tamperings), fc.nat(7), fc.nat(20_000), async (tamper, row, bit) => {
      rows.splice(0, rows.length, ...original);
      trail.sealed.splice(0, 2, ...seals);
      tamper(row, bit);
      const same =
        rows.length === 8 && rows.every((r, i) => r.record === original[i]!.record && r.hash.equals(original[i]!.hash));
      const sealsSame = trail.sealed.every((seal, i) => seal.blob.equals(seals[i]!.blob) && seal.hash.equals(seals[i]!.hash));
      expect((await findings()).length === 0).toBe(same && sealsSame);
    }),
    { numRuns: 300 },
  );
});
