import { gunzipSync } from 'node:zlib';
import { type AuditEvent, encodeEvent } from '@strongroom/audit-trail';
import type { AuditCalls, Event } from '@strongroom/client';
import { Event as EventMessage } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { chainStart } from '@strongroom/merkle';
import type { ExportPlace } from './export-place';
import { exportTrail, stateName } from './trail-exporter';

const accountId = '000000000000';

class MemoryPlace implements ExportPlace {
  readonly title = 'memory';
  readonly files = new Map<string, Buffer>();
  /** The write that fails. */
  failing: ((name: string) => boolean) | undefined;

  async read(name: string): Promise<string | undefined> {
    return this.files.get(name)?.toString();
  }

  async write(name: string, content: Uint8Array): Promise<void> {
    if (this.failing?.(name)) throw new Error(`no room for ${name}`);
    this.files.set(name, Buffer.from(content));
  }

  close(): void {}

  get names(): string[] {
    return [...this.files.keys()].filter((name) => name.startsWith('AWSLogs/')).sort();
  }

  get ids(): string[] {
    return this.names.flatMap((name) => {
      const { Records } = JSON.parse(gunzipSync(this.files.get(name)!).toString()) as { Records: { eventID: string }[] };
      return Records.map(({ eventID }) => eventID);
    });
  }
}

const eventOf = (sequence: number, time = `2026-11-24T10:00:${String(sequence % 60).padStart(2, '0')}Z`): Event =>
  EventMessage.fromPartial({
    eventId: `id-${sequence}`,
    eventTime: new Date(time),
    awsRegion: 'us-east-1',
    recipientAccountId: accountId,
    userIdentity: { type: 'IAMUser' },
    sourceIpAddress: '192.0.2.7',
    sequence: BigInt(sequence),
    hash: Buffer.alloc(32, sequence),
  });

const setUp = (count: number, timeOf?: (sequence: number) => string | undefined) => {
  const events = Array.from({ length: count }, (_, i) => eventOf(i + 1, timeOf?.(i + 1)));
  const audit = {
    async *lookupEvents() {
      if (events.length > 0) yield events.at(-1)!;
    },
    async *streamEvents({ afterSequence = 0n }: { afterSequence?: bigint } = {}) {
      for (const event of [...events]) if (event.sequence > afterSequence) yield event;
      await new Promise(() => {});
    },
  } as unknown as Pick<AuditCalls, 'lookupEvents' | 'streamEvents'>;
  const place = new MemoryPlace();
  const { signal } = new AbortController();
  const run = () => exportTrail({ audit, accountId, place, signal, maxEvents: 4 });
  const idsUpTo = (last: number) => Array.from({ length: last }, (_, i) => `id-${i + 1}`);
  return { events, place, run, idsUpTo };
};

it("writes files as CloudTrail's, and notes how far it got", async () => {
  const { place, run, idsUpTo } = setUp(10);
  expect(await run()).toEqual({ events: 10, files: 3, sequence: 10n });
  const folder = `AWSLogs/${accountId}/CloudTrail/us-east-1/2026/11/24/${accountId}_CloudTrail_us-east-1_20261124T1000Z_`;
  expect(place.names).toEqual(['01', '05', '09'].map((first) => `${folder}${first.padStart(16, '0')}.json.gz`));
  expect(place.ids).toEqual(idsUpTo(10));
  const state = JSON.parse(place.files.get(stateName(accountId))!.toString()) as unknown;
  expect(state).toEqual({ version: 1, accountId, sequence: '10', hash: '0a'.repeat(32) });
});

/** What proves the records of a place. */
const evidenceIn = (place: MemoryPlace) =>
  place.names.map((name) => {
    const [first, ...lines] = gunzipSync(place.files.get(name)!).toString().trimEnd().split('\n');
    expect([first, lines.pop()]).toEqual(['{"Records":[', ']}']);
    return lines.map((line) => {
      const { additionalEventData } = JSON.parse(line.replace(/,$/, '')) as { additionalEventData: Record<string, string> };
      return additionalEventData;
    });
  });

it('gives each record a line, with what proves it', async () => {
  const { place, run, events } = setUp(5);
  await run();
  events.push(eventOf(6));
  await run();
  const files = evidenceIn(place);
  expect(files.map(({ length }) => length)).toEqual([4, 1, 1]);
  const hashOf = (sequence: number) => Buffer.alloc(32, sequence).toString('hex');
  for (const [index, evidence] of files.flat().entries()) {
    expect(evidence).toMatchObject({
      trailSequence: String(index + 1),
      trailHash: hashOf(index + 1),
      trailPreviousHash: index === 0 ? chainStart(accountId).toString('hex') : hashOf(index),
      trailRecord: encodeEvent(events[index] as AuditEvent),
    });
  }
});

it('goes on where it stopped', async () => {
  const { place, run, events, idsUpTo } = setUp(6);
  await run();
  expect(await run()).toEqual({ events: 0, files: 0, sequence: 6n });
  for (let sequence = 7; sequence <= 9; sequence++) events.push(eventOf(sequence));
  expect(await run()).toEqual({ events: 3, files: 1, sequence: 9n });
  expect(place.ids).toEqual(idsUpTo(9));
});

it('keeps each day in its folder', async () => {
  const { place, run, idsUpTo } = setUp(5, (sequence) => (sequence > 3 ? '2026-11-25T00:00:01Z' : undefined));
  expect((await run()).files).toBe(2);
  expect(place.names[1]).toContain('/2026/11/25/');
  expect(place.ids).toEqual(idsUpTo(5));
});

it.each<[string, (name: string, files: ReadonlyMap<string, Buffer>) => boolean]>([
  ['a file', (name) => name.includes('0000000000000005')],
  ['the note of its end', (name, files) => name.startsWith('strongroom-') && files.size > 2],
])('loses and repeats nothing when writing %s fails', async (_, failing) => {
  const { place, run, events, idsUpTo } = setUp(10);
  place.failing = (name) => failing(name, place.files);
  await expect(run()).rejects.toThrow('no room');
  place.failing = undefined;
  // More than there was: the file that is written again may have more events.
  events.push(eventOf(11));
  await run();
  expect(place.ids).toEqual(idsUpTo(11));
});

it('begins with the first event that is kept', async () => {
  const { place, run, events } = setUp(10);
  events.splice(0, 6);
  expect(await run()).toEqual({ events: 4, files: 1, sequence: 10n });
  expect(place.ids).toEqual(['id-7', 'id-8', 'id-9', 'id-10']);
  // Nobody tells it the hash before.
  const [first, second] = evidenceIn(place).flat();
  expect(first).not.toHaveProperty('trailPreviousHash');
  expect(second).toHaveProperty('trailPreviousHash');
});

it('exports nothing of an empty trail', async () => {
  const { place, run } = setUp(0);
  expect(await run()).toEqual({ events: 0, files: 0, sequence: 0n });
  expect(place.files.size).toBe(0);
});

it('refuses to go on with another trail, with one that is shorter, and with a gap', async () => {
  const { run, events } = setUp(6);
  await run();
  const [kept] = events.splice(5, 1, { ...eventOf(6), hash: Buffer.alloc(32, 99) }, eventOf(7));
  await expect(run()).rejects.toThrow('exported here up to event 6: its hash differs');
  events.splice(5, 2, kept!, eventOf(8));
  await expect(run()).rejects.toThrow('event 8 follows where event 7 should be');
  events.splice(3);
  await expect(run()).rejects.toThrow('it ends before that event');
});

it.each(['', '{}', '{"version":1,"accountId":"111111111111","sequence":"1","hash":"00"}'])(
  'refuses the note %p',
  async (note) => {
    const { place, run } = setUp(3);
    place.files.set(stateName(accountId), Buffer.from(note));
    await expect(run()).rejects.toThrow(`is not what an export of account ${accountId} left there`);
  },
);

it('writes nothing more once it is interrupted', async () => {
  const { place, events } = setUp(10);
  const leaving = new AbortController();
  const audit = {
    async *lookupEvents() {
      yield events.at(-1)!;
    },
    async *streamEvents() {
      yield* events.slice(0, 6);
      leaving.abort(new Error('interrupted'));
      throw new Error('cancelled');
    },
  } as unknown as Pick<AuditCalls, 'lookupEvents' | 'streamEvents'>;
  const running = exportTrail({ audit, accountId, place, signal: leaving.signal, maxEvents: 4 });
  await expect(running).rejects.toThrow('interrupted');
  expect(place.ids).toHaveLength(4);
});
