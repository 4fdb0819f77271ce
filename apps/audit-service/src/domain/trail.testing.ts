import type { AuditEvent } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import { randomUuid, systemRandom } from '@strongroom/random';
import { chained, emptyChain, headOf, type ChainedEvent, type ChainHead } from './chain';
import { columnsOf } from './event-columns';
import { matches, type EventFilter } from './event-filter';
import type { LookupPosition } from './lookup-token';
import {
  ChainConflict,
  type ChainAnchor,
  type Seal,
  type Sealer,
  type SealStore,
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

/** The trail as a list of rows, which a test may tamper with. */
export class InMemoryTrail implements TrailStore, TrailReader, SealStore {
  readonly rows = new Map<string, StoredEvent[]>();
  readonly sealed: Seal[] = [];
  /** Runs before rows are added: another writer may be quicker. */
  beforeAppend: (() => Promise<void> | void) | undefined;

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
    const stored = new Set(this.ofAccount(accountId).map((row) => row.columns['event_id']!));
    return new Set(eventIds.filter((eventId) => stored.has(eventId)));
  }

  async append(events: readonly ChainedEvent[]): Promise<void> {
    const hook = this.beforeAppend;
    this.beforeAppend = undefined;
    await hook?.();
    const taken = events.some(({ event, sequence }) =>
      this.ofAccount(event.recipientAccountId).some(
        (row) => row.sequence === sequence || row.columns['event_id'] === event.eventId,
      ),
    );
    if (taken) throw new ChainConflict();
    for (const { event, record, sequence, hash } of events)
      this.ofAccount(event.recipientAccountId).push({ sequence, hash, record, columns: columnsOf(event) });
  }

  async lookup(query: {
    accountId: string;
    filter: EventFilter;
    after?: LookupPosition;
    limit: number;
  }): Promise<ChainedEvent[]> {
    const { accountId, filter, after, limit } = query;
    const time = ({ event }: ChainedEvent) => event.eventTime.getTime();
    return this.ofAccount(accountId)
      .map(chained)
      .filter(({ event }) => matches(filter, event))
      .filter((e) => !after || time(e) < after.time || (time(e) === after.time && e.sequence < after.sequence))
      .sort((a, b) => time(b) - time(a) || b.sequence - a.sequence)
      .slice(0, limit);
  }

  async after(accountId: string, sequence: number, limit: number): Promise<ChainedEvent[]> {
    return (await this.stored(accountId, sequence + 1, Infinity, limit)).map(chained);
  }

  async head(accountId: string): Promise<ChainHead> {
    const last = (await this.stored(accountId, 1, Infinity, Infinity)).at(-1);
    return last ? headOf(accountId, last) : emptyChain(accountId);
  }

  async stored(accountId: string, first: number, last: number, limit: number): Promise<StoredEvent[]> {
    return this.ofAccount(accountId)
      .filter((row) => row.sequence >= first && row.sequence <= last)
      .sort((a, b) => a.sequence - b.sequence)
      .slice(0, limit);
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
