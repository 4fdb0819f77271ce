import { encodeEvent, type AuditEvent, type EncodedEvent } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import { randomUuid, systemRandom } from '@strongroom/random';
import { chained, emptyChain, headOf, type ChainedEvent, type ChainHead } from './chain';
import type { BlockBounds } from './event-block';
import { TERM_SET } from './event-terms';
import { inspectEvents } from './inspection';
import {
  ChainConflict,
  type BlockEntries,
  type ChainAnchor,
  type Inspection,
  type Inspector,
  type OpenBlock,
  type PackedBlock,
  type Seal,
  type Sealer,
  type SealStore,
  type StoredBlock,
  type StoredEvent,
  type TrailReader,
  type TrailStore,
} from './trail.port';

/** When tests of the trail take place: soon after their events. */
export const testClock = (): ManualClock => new ManualClock('2026-11-24T10:30:00Z');

/** An event with every field set; `overrides` replaces what a test is about. */
export const testEvent = (overrides: Partial<AuditEvent> = {}): AuditEvent => ({
  eventId: randomUuid(systemRandom),
  eventTime: new Date('2026-11-24T10:20:30.456Z'),
  eventSource: 'secretsmanager.amazonaws.com',
  eventName: 'GetSecretValue',
  awsRegion: 'us-east-1',
  recipientAccountId: '000000000000',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDAEXAMPLE',
    arn: 'arn:aws:iam::000000000000:user/ada',
    accountId: '000000000000',
    accessKeyId: '',
    userName: 'ada',
    sessionIssuerArn: '',
  },
  sourceIpAddress: '192.0.2.7',
  userAgent: 'test',
  requestId: randomUuid(systemRandom),
  readOnly: true,
  resources: [
    {
      arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
      type: 'AWS::SecretsManager::Secret',
      versionId: 'v1',
    },
  ],
  requestParameters: { secretId: 'prod/db' },
  responseElements: {},
  errorCode: '',
  errorMessage: '',
  ...overrides,
});

/** An event as it comes from the journal. */
export const encoded = (event: AuditEvent): EncodedEvent => ({ event, record: encodeEvent(event) });

const blockLength = 8;

/**
 * The trail as a list of rows, which a test may tamper with. Its blocks are short, and made of the rows when they are asked for.
 */
export class InMemoryTrail implements TrailStore, TrailReader, SealStore {
  readonly rows = new Map<string, StoredEvent[]>();
  readonly sealed: Seal[] = [];
  /** Runs before rows are added: another writer may be quicker. */
  beforeAppend: (() => Promise<void> | void) | undefined;
  /** What a test does to blocks and entries on their way out. */
  distortBlock = (block: StoredBlock): StoredBlock => block;
  distortEntries = (entries: BlockEntries): BlockEntries => entries;
  superfluousIdentities = 0;
  /** What is in the blocks that it gave out. */
  private readonly contents = new WeakMap<PackedBlock, StoredEvent[] | undefined>();

  ofAccount(accountId = '000000000000'): StoredEvent[] {
    const rows = this.rows.get(accountId) ?? [];
    this.rows.set(accountId, rows);
    return rows;
  }

  async heads(accountIds: readonly string[] = [...this.rows.keys()]): Promise<ChainHead[]> {
    const heads = await Promise.all(accountIds.map((accountId) => this.head(accountId)));
    return heads.filter((head) => head.sequence > 0);
  }

  async known(accountId: string, eventIds: readonly string[]): Promise<Set<string>> {
    const stored = new Set(this.ofAccount(accountId).map((row) => eventOf(row)!.eventId));
    return new Set(eventIds.filter((eventId) => stored.has(eventId)));
  }

  async append(events: readonly ChainedEvent[]): Promise<void> {
    const hook = this.beforeAppend;
    this.beforeAppend = undefined;
    await hook?.();
    const taken = events.some(({ event, sequence }) =>
      this.ofAccount(event.recipientAccountId).some(
        (row) => row.sequence === sequence || eventOf(row)!.eventId === event.eventId,
      ),
    );
    if (taken) throw new ChainConflict();
    for (const { event, record, sequence, hash } of events)
      this.ofAccount(event.recipientAccountId).push({ sequence, hash, record });
  }

  async *walk({ accountId }: { accountId: string }): AsyncGenerator<OpenBlock> {
    const blocks = this.blocks(accountId).sort((a, b) => b.lastTime - a.lastTime || b.firstSequence - a.firstSequence);
    for (const { events, lastTime, firstSequence } of blocks)
      yield { events: events!.map(chained), rest: { time: lastTime, sequence: firstSequence } };
  }

  async after(accountId: string, sequence: number, limit: number): Promise<ChainedEvent[]> {
    const rows = this.inOrder(accountId).filter((row) => row.sequence > sequence);
    return rows.slice(0, limit).map(chained);
  }

  async head(accountId: string): Promise<ChainHead> {
    const last = this.inOrder(accountId).at(-1);
    return last ? headOf(accountId, last) : emptyChain(accountId);
  }

  async lastBlocks(): Promise<Map<string, number>> {
    return new Map([...this.rows.keys()].map((accountId) => [accountId, this.blocks(accountId).at(-1)?.firstSequence ?? 0]));
  }

  async *packed(accountId: string, first: number, last: number): AsyncGenerator<PackedBlock> {
    for (const block of this.blocks(accountId)) {
      if (block.lastSequence < first || block.firstSequence > last) continue;
      yield this.pack(this.distortBlock(block));
    }
  }

  pack({ events, ...filed }: StoredBlock): PackedBlock {
    const packed = { ...filed, records: Buffer.alloc(0) };
    this.contents.set(packed, events);
    return packed;
  }

  async open(block: PackedBlock): Promise<StoredBlock> {
    return { ...block, events: this.contents.get(block) };
  }

  async hasEntries({ firstSequence }: BlockBounds, { eventIds, offsets }: Inspection): Promise<boolean> {
    const { identities } = await this.entries(undefined, { terms: [] });
    const places = new Map([...identities].map(([eventId, place]) => [eventId.replaceAll('-', ''), place]));
    const hex = Buffer.from(eventIds).toString('hex');
    return [...offsets].every((offset, i) => places.get(hex.slice(32 * i, 32 * (i + 1))) === firstSequence + offset);
  }

  async entries(_block: unknown, { terms }: { terms: readonly string[] }): Promise<BlockEntries> {
    const rows = [...this.rows.values()].flat();
    const identities = new Map(
      rows.flatMap((row): [string, number][] => {
        const event = eventOf(row);
        return event ? [[event.eventId, row.sequence]] : [];
      }),
    );
    return this.distortEntries({ identities, terms: new Set(terms) });
  }

  async countIdentities(accountId: string): Promise<{ entries: number; places: number; first: number }> {
    const places = (await this.head(accountId)).sequence;
    const first = this.inOrder(accountId)[0]?.sequence ?? 0;
    return { entries: places + this.superfluousIdentities, places, first };
  }

  private inOrder(accountId: string): StoredEvent[] {
    return [...this.ofAccount(accountId)].sort((a, b) => a.sequence - b.sequence);
  }

  private blocks(accountId: string): StoredBlock[] {
    const groups: StoredEvent[][] = [];
    for (const row of this.inOrder(accountId)) {
      const group = groups.at(-1);
      if (group && group.length < blockLength && group.at(-1)!.sequence === row.sequence - 1) group.push(row);
      else groups.push([row]);
    }
    return groups.map((events) => {
      const times = events.flatMap((row) => eventOf(row)?.eventTime.getTime() ?? []);
      return {
        accountId,
        firstSequence: events[0]!.sequence,
        lastSequence: events.at(-1)!.sequence,
        firstTime: Math.min(...times),
        lastTime: Math.max(...times),
        lastHash: events.at(-1)!.hash,
        termSet: TERM_SET,
        events,
      };
    });
  }

  async addSeal(seal: Seal): Promise<void> {
    this.sealed.push(seal);
  }

  async lastSeals(): Promise<Map<string, number>> {
    return new Map(this.sealed.map((seal) => [seal.accountId, seal.sequence]));
  }

  async seals(accountId: string, first: number, last: number): Promise<Seal[]> {
    return this.sealed.filter((seal) => seal.accountId === accountId && seal.sequence >= first && seal.sequence <= last);
  }
}

/** Inspects blocks of the trail in memory, and counts those in which nothing was wrong. */
export class FakeInspector implements Inspector {
  readonly width = 2;
  sound = 0;

  constructor(private readonly trail: InMemoryTrail) {}

  async inspect(block: PackedBlock): Promise<Inspection | undefined> {
    const { events } = await this.trail.open(block);
    const inspection = events && inspectEvents(block, events);
    if (inspection) this.sound++;
    return inspection;
  }
}

/** Knows the seals that it made, as crypto-keyservice knows its own ciphertexts. */
export class FakeSealer implements Sealer {
  away = false;
  private readonly made = new Map<string, Buffer>();

  async seal(head: ChainHead): Promise<Buffer> {
    if (this.away) throw serviceUnavailable('crypto-keyservice is away');
    const blob = Buffer.from(`seal ${this.made.size} of ${head.accountId} ${head.sequence}`);
    this.made.set(blob.toString(), Buffer.from(head.hash));
    return blob;
  }

  async open({ accountId, sequence, blob }: Seal): Promise<Buffer | undefined> {
    if (this.away) throw serviceUnavailable('crypto-keyservice is away');
    return blob.toString().endsWith(` of ${accountId} ${sequence}`) ? this.made.get(blob.toString()) : undefined;
  }
}

export class FakeAnchor implements ChainAnchor {
  head: ChainHead | undefined;

  async read(): Promise<ChainHead | undefined> {
    return this.head;
  }
}

const events = new WeakMap<StoredEvent, AuditEvent | undefined>();

/** Undefined where the record is none. Rows are replaced, never changed, so what was decoded once stays true. */
const eventOf = (row: StoredEvent): AuditEvent | undefined => {
  if (!events.has(row)) events.set(row, decoded(row));
  return events.get(row);
};

const decoded = (row: StoredEvent): AuditEvent | undefined => {
  try {
    return chained(row).event;
  } catch {
    return undefined;
  }
};
