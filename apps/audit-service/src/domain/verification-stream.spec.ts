import { encodeEvent } from '@strongroom/audit-trail';
import { chained, headOf, link } from './chain';
import { ChainWriter } from './chain-writer';
import type { StoredEvent } from './trail.port';
import { encoded, FakeAnchor, FakeSealer, InMemoryTrail, testClock, testEvent } from './trail.testing';
import { TrailVerifier } from './verification';
import type { Progress } from './verification-run';
import type { Checkpoint } from './verification-token';

const account = '000000000000';

/** A trail of 1,200 events, sealed each hundred, whose verification tells of its progress after each page. */
const setUp = async () => {
  const trail = new InMemoryTrail();
  const sealer = new FakeSealer();
  const anchor = new FakeAnchor();
  const writer = new ChainWriter(trail);
  const append = async (count: number) => {
    const events = Array.from({ length: count }, () => encoded(testEvent()));
    const [head] = await writer.append(events);
    await trail.addSeal({ ...head!, blob: await sealer.seal(head!) });
    anchor.head = head;
  };
  for (let i = 0; i < 12; i++) await append(100);
  const verifier = new TrailVerifier(trail, sealer, anchor, testClock(), { stride: 300, most: 1_000 });
  const verify = async (after?: Checkpoint) => {
    const all: Progress[] = [];
    for await (const progress of verifier.verifyOn(account, after, {})) all.push(progress);
    return { all, first: all[0]!, last: all.at(-1)!, result: all.at(-1)!.result! };
  };
  return { trail, rows: trail.ofAccount(), anchor, append, verifier, verify };
};

const told = ({ findings }: Pick<Progress, 'findings'>) => findings.map(({ kind, sequence }) => `${kind} ${sequence}`);

const withName = (row: StoredEvent, eventName: string): StoredEvent => ({
  ...row,
  record: encodeEvent({ ...chained(row).event, eventName }),
});

it('tells how far it is, and ends with the result', async () => {
  const { verify, rows } = await setUp();
  const { all, last, result } = await verify();
  expect(all.length).toBeGreaterThan(2);
  expect(all.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence).sort((a, b) => a - b));
  for (const { sequence, eventsVerified, endSequence, checkpoint } of all) {
    expect([eventsVerified, endSequence]).toEqual([sequence, 1_200]);
    expect(checkpoint).toEqual({
      accountId: account,
      sequence,
      eventsVerified,
      found: 0,
      hash: rows[sequence - 1]!.hash,
    });
  }
  expect(all.slice(0, -1).map((progress) => progress.result)).toEqual(all.slice(0, -1).map(() => undefined));
  expect(last.sequence).toBe(1_200);
  expect(result).toEqual({
    eventsVerified: 1_200,
    lastSequence: 1_200,
    lastHash: rows[1_199]!.hash,
    findings: [],
    valid: true,
  });
});

it('tells of a finding once, when it has found it, and of all at the end', async () => {
  const { verify, rows } = await setUp();
  for (const index of [6, 1_100]) rows[index] = withName(rows[index]!, 'Harmless');
  const { all, first, result } = await verify();
  expect(told(first)).toEqual(['changed 7']);
  expect(all.flatMap(told)).toEqual(['changed 7', 'changed 1101']);
  expect(told(result)).toEqual(['changed 7', 'changed 1101']);
  expect(result.valid).toBe(false);
});

it('goes on from each place that it told of, and comes to the same end', async () => {
  const { verify } = await setUp();
  const { all, result } = await verify();
  for (const { checkpoint } of all) {
    const rest = await verify(checkpoint);
    expect(rest.result).toEqual(result);
    expect(rest.first.sequence).toBeGreaterThanOrEqual(checkpoint!.sequence);
  }
});

it('finds in what comes after what it goes on from', async () => {
  const { verify, rows } = await setUp();
  const { checkpoint } = (await verify()).first;
  rows[1_099] = withName(rows[1_099]!, 'Harmless');
  expect(told((await verify(checkpoint)).result)).toEqual(['changed 1100']);
});

it('verifies what was added since the end', async () => {
  const { verify, append, rows } = await setUp();
  const { checkpoint } = (await verify()).last;
  await append(10);
  expect((await verify(checkpoint)).result).toMatchObject({ valid: true, eventsVerified: 1_210, lastSequence: 1_210 });
  rows[1_204] = withName(rows[1_204]!, 'Harmless');
  expect(told((await verify(checkpoint)).result)).toEqual(['changed 1205']);
});

it('does not forget that there were findings before', async () => {
  const { verify, rows } = await setUp();
  rows[6] = withName(rows[6]!, 'Harmless');
  const { checkpoint } = (await verify()).first;
  expect((await verify(checkpoint)).result).toMatchObject({ valid: false, findings: [] });
});

it('finds that what was verified before was rewritten since, however well', async () => {
  const { verify, rows, trail, anchor } = await setUp();
  const { checkpoint } = (await verify()).last;
  const changed = rows.slice(4).map((row, index) => (index === 0 ? withName(row, 'Harmless') : row));
  rows.splice(4, rows.length, ...link(headOf(account, rows[3]!), changed.map(chained)));
  trail.sealed.splice(0);
  anchor.head = undefined;
  expect(told((await verify(checkpoint)).result)).toEqual(['changed 1200']);
});

it('finds that the trail is shorter than it was, whatever else says so, and gives nothing to go on from', async () => {
  const { verify, rows, trail, anchor } = await setUp();
  const { checkpoint } = (await verify()).last;
  rows.splice(1_150);
  trail.sealed.splice(0);
  anchor.head = undefined;
  const { last, result } = await verify(checkpoint);
  expect(told(result)).toEqual(['missing-tail 1151']);
  expect(last.checkpoint).toBeUndefined();
});

it('finds that the event is gone which it goes on from', async () => {
  const { verify, rows } = await setUp();
  const { checkpoint } = (await verify()).first;
  rows.splice(checkpoint!.sequence - 1, 1);
  expect(told((await verify(checkpoint)).result)).toEqual([`missing ${checkpoint!.sequence}`]);
});

it('looks at the seals up to a place before it says that one may go on from there', async () => {
  const { verify, trail } = await setUp();
  trail.sealed[1] = { ...trail.sealed[1]!, blob: Buffer.from('made up') };
  const { first } = await verify();
  expect(told(first)).toEqual(['seal-invalid 200']);
  expect(first.checkpoint).toMatchObject({ found: 1 });
});

it('holds the end that Redis keeps against its event before one may go on behind it', async () => {
  const { verify, anchor } = await setUp();
  anchor.head = { ...anchor.head!, sequence: 100 };
  expect(told((await verify()).first)).toEqual(['changed 100']);
});

it('stops when nobody listens any more', async () => {
  const { verifier } = await setUp();
  const leaving = new AbortController();
  leaving.abort(new Error('left'));
  await expect(verifier.verifyOn(account, undefined, { signal: leaving.signal }).next()).rejects.toThrow('left');
});

it('refuses to cover more in one answer than it can, and says what does', async () => {
  const { verifier } = await setUp();
  await expect(verifier.verify(account, {}, {})).rejects.toMatchObject({
    reason: 'InvalidParameterException',
    message: expect.stringContaining(
      'at most 1000 events, and these are 1200: give from_sequence and to_sequence, or call StreamTrailVerification',
    ),
  });
  expect(await verifier.verify(account, { from: 201 }, {})).toMatchObject({ valid: true, eventsVerified: 1_000 });
});
