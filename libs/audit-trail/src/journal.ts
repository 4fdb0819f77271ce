import { pollUntil, within } from '@strongroom/clock';
import { Coalescer } from '@strongroom/coalesce';
import { internalServiceError, serviceUnavailable } from '@strongroom/errors';
import { FairShare } from '@strongroom/fairness';
import {
  awaitSentinels,
  connectRedis,
  isSuperseded,
  type RedisEndpoint,
  replaceConnection,
  replaceIfSilent,
} from '@strongroom/redis';
import type { Logger } from '@strongroom/telemetry';
import { inSpan, isTracing } from '@strongroom/tracing';
import type { Redis } from 'ioredis';
import type { AuditEvent, AuditRecorder, RecordOptions } from './audit-event';
import { Backlog } from './backlog';
import { checkDurability } from './durability';
import { EntrySigner, type EntryKey } from './entry-origin';
import { encodeEvent, MAX_ENCODED_LENGTH } from './event-codec';
import { entryFields, journalStream, MAX_EVENTS_PER_ENTRY } from './journal-stream';

export interface JournalOptions {
  redis: RedisEndpoint & {
    /**
     * Signs the entries.
     * @throws Error by `createJournal` if it is missing, because nobody would believe the entries
     */
    journalKey?: EntryKey;
    /**
     * How many replicas must have an entry before its events count as recorded, so that they survive if one of these takes over.
     * Redis must refuse writes by itself (`min-replicas-to-write`) when it has fewer. Default 0.
     */
    replicas?: number;
  };
  logger: Logger;
  /** The longest time that a recording may take, ms. Default 2,000; a call's deadline may shorten it. */
  maxWaitMs?: number;
  /**
   * The number of entries (an entry holds 1 to 64 events) that may wait for audit-service; beyond it recordings are refused until
   * audit-service has caught up. Entries in flight at that moment may exceed it. From half of it on, each process lets an account
   * add a hundredth of it. Default 1,000,000.
   */
  maxLength?: number;
  /**
   * Recordings in flight in this process; more are refused at once, so that a slow Redis cannot fill our memory. Once half of
   * them are taken, an account gets only its share. Accounts that have none then may exceed the number, up to twice as many.
   * Default 10,000.
   */
  maxPending?: number;
  /** Another stream, for tests that share a server. */
  stream?: string;
}

export interface Journal extends AuditRecorder {
  /**
   * Waits at most `waitMs` until the journal can record. Rejects with the reason, for example a Redis that does not sync its
   * writes. A service calls it at start, to fail where the operator looks.
   */
  connect(waitMs?: number): Promise<void>;
  /** Lets recordings in flight finish, then disconnects. */
  close(): Promise<void>;
}

const SENDING = {
  kind: 'producer',
  fields: { 'messaging.system': 'redis', 'messaging.destination.name': journalStream, 'messaging.operation.type': 'send' },
} as const;

interface Pending {
  text: string;
  /** Whose call it was. */
  account: string;
  /** Its caller has already been told that it failed, so it must not be sent any more. */
  abandoned: boolean;
}

/** `since`: milliseconds since the Unix epoch. */
type State = { usable: true } | { usable: false; reason: string; since: number };

/** The time from one look at an unsuitable Redis to the next, ms. */
const recheckMs = 1_000;
/** The part of the longest wait that replicas may take, so that Redis says in time that they have not. */
const REPLICAS_SHARE = 0.5;
const TOO_MANY_OF_ACCOUNT = 'the audit journal has too many events of this account that are yet to be stored';
const none: ReadonlySet<Pending> = new Set();

export function createJournal(options: JournalOptions): Journal {
  return new RedisJournal(options);
}

class RedisJournal implements Journal {
  private readonly redis: Redis;
  private readonly coalescer: Coalescer<Pending, void>;
  private readonly logger: Logger;
  private readonly stream: string;
  private readonly maxWait: number;
  private readonly places: FairShare;
  private readonly backlog: Backlog;
  private state: State = { usable: false, reason: 'not connected yet', since: Date.now() };
  private readonly waiting = new Set<() => void>();
  private pending = 0;
  private closed = false;
  private readonly signer: EntrySigner;
  private readonly endpoint: RedisEndpoint;
  private readonly replicas: number;
  private recheck: NodeJS.Timeout | undefined;
  /** Milliseconds since the Unix epoch. */
  private lookedAt = 0;

  constructor({ redis, logger, maxWaitMs, maxLength, maxPending, stream }: JournalOptions) {
    const { journalKey, replicas = 0, ...endpoint } = redis;
    if (!journalKey) throw new Error('a journal needs the key of its producer');
    this.signer = new EntrySigner(journalKey, Date.now());
    this.logger = logger;
    this.stream = stream ?? journalStream;
    this.endpoint = endpoint;
    this.replicas = replicas;
    this.maxWait = maxWaitMs ?? 2_000;
    this.backlog = new Backlog(maxLength ?? 1_000_000);
    this.places = new FairShare(maxPending ?? 10_000);
    this.coalescer = new Coalescer({
      maxBatch: MAX_EVENTS_PER_ENTRY,
      // A connection that waits for replicas takes nothing else, so what comes meanwhile shares the next entry.
      maxInFlight: replicas > 0 ? 1 : undefined,
      run: (batch) => this.append(batch),
    });
    this.redis = connectRedis({ endpoint, name: 'strongroom-audit-journal', timeoutMs: this.maxWait, logger });
    this.redis.on('ready', () => void this.becomeUsable());
    this.redis.on('close', () => this.becomeUnusable('the journal is unavailable'));
  }

  async connect(waitMs = 15_000): Promise<void> {
    const until = Date.now() + waitMs;
    await awaitSentinels(this.endpoint, { waitMs, logger: this.logger });
    while (!this.state.usable && Date.now() < until && !this.closed) await this.stateChange(until - Date.now());
    if (!this.state.usable) throw serviceUnavailable(`the audit journal cannot record: ${this.state.reason}`);
  }

  record(event: AuditEvent, options: RecordOptions = {}): Promise<void> {
    return isTracing() ? inSpan('send audit event', SENDING, () => this.send(event, options)) : this.send(event, options);
  }

  private async send(event: AuditEvent, { deadline = Infinity }: RecordOptions): Promise<void> {
    const text = encodeEvent(event);
    if (text.length > MAX_ENCODED_LENGTH) throw internalServiceError('the audit event is too large');
    const wait = Math.min(this.maxWait, deadline - Date.now());
    if (wait <= 0) throw unavailable('the deadline passed before the call could be audited');
    const account = causeOf(event);
    if (!this.places.take(account)) throw unavailable('the audit journal is too slow');
    const pending: Pending = { text, account, abandoned: false };
    this.pending++;
    const done = this.coalescer.ask(pending).finally(() => {
      this.pending--;
      this.places.give(account);
    });
    await within(done, wait, () => {
      pending.abandoned = true;
      return unavailable('the audit journal did not answer in time');
    });
  }

  async close(): Promise<void> {
    await pollUntil(() => this.pending === 0, this.maxWait, 5);
    this.closed = true;
    clearTimeout(this.recheck);
    this.redis.disconnect();
    this.notify();
  }

  /** One entry for the whole batch: its events become durable together or not at all. */
  private async append(batch: readonly Pending[]): Promise<(void | Error)[]> {
    // Waits for a connection that is being replaced, so a restart of Redis need not fail any call. Does not wait for a longer
    // outage: callers that queue for a row would each wait for it in turn.
    while (!this.state.usable && !this.closed) {
      const patience = this.state.since + this.maxWait - Date.now();
      if (patience <= 0) break;
      await this.stateChange(patience);
    }
    if (!this.state.usable) throw unavailable(`the audit journal cannot record: ${this.state.reason}`);
    const wanted = batch.filter((pending) => !pending.abandoned);
    const tooMany = wanted.length > 0 ? await this.write(wanted) : none;
    return batch.map((pending) => (tooMany.has(pending) ? unavailable(TOO_MANY_OF_ACCOUNT) : undefined));
  }

  /** Tells which of them were left out, since their accounts have had their share. */
  private async write(wanted: readonly Pending[]): Promise<ReadonlySet<Pending>> {
    const { backlog } = this;
    const isTooMuch = ({ account }: Pending) => backlog.hasHadShare(account);
    try {
      if (backlog.isFull || wanted.some(isTooMuch)) backlog.lookedAt(await this.redis.xlen(this.stream));
      if (backlog.isFull) throw unavailable('the audit journal is full');
      const tooMany = new Set(wanted.filter(isTooMuch));
      const others = wanted.filter((pending) => !tooMany.has(pending));
      if (others.length > 0) await this.sendEntry(others);
      return tooMany;
    } catch (error) {
      if (replaceIfSilent(this.redis, error)) this.becomeUnusable('the journal does not answer', Date.now() - this.maxWait);
      throw asUnavailable(error);
    }
  }

  private async sendEntry(batch: readonly Pending[]): Promise<void> {
    const texts = batch.map(({ text }) => text);
    const entry = this.signer.sign(texts);
    try {
      // All in one write to the socket; ioredis has no cheaper way to learn the length at the same time.
      const pipeline = this.redis
        .pipeline()
        .xadd(this.stream, '*', ...entryFields(texts, entry))
        .xlen(this.stream);
      if (this.replicas > 0) pipeline.wait(this.replicas, this.replicasWait);
      const [added, length, reached] = (await pipeline.exec()) ?? [];
      if (!added || added[0]) throw added?.[0] ?? new Error('no answer');
      if (typeof length?.[1] === 'number') {
        this.backlog.appended(
          batch.map(({ account }) => account),
          length[1],
        );
      }
      if (this.replicas > 0) this.requireReplicas(Number(reached?.[1] ?? 0));
      this.signer.acknowledged(entry.origin);
    } catch (error) {
      this.signer.failed(entry.origin);
      throw error;
    }
  }

  /** The entry is in the journal, but a server that takes over may not have it. */
  private requireReplicas(reached: number): void {
    if (reached >= this.replicas) return;
    const reason = this.lackOf(reached);
    this.mayLose(reason);
    throw unavailable(`the audit journal cannot record: ${reason}`);
  }

  private lackOf(reached: number): string {
    return `${reached} of ${this.replicas} replicas have what was appended last`;
  }

  /** Milliseconds. */
  private get replicasWait(): number {
    return Math.ceil(this.maxWait * REPLICAS_SHARE);
  }

  /** Refuses until another look finds that it does not. */
  private mayLose(reason: string): void {
    if (this.state.usable || this.state.reason !== reason)
      this.logger.error('the audit journal cannot be used: its Redis may lose what it acknowledges', { reason });
    this.becomeUnusable(reason);
    this.lookAgain();
  }

  private lookAgain(): void {
    clearTimeout(this.recheck);
    // A look at replicas that do not answer has taken its time already.
    const pause = Math.max(0, this.lookedAt + recheckMs - Date.now());
    this.recheck = setTimeout(() => this.redis.status === 'ready' && void this.look(), pause).unref();
  }

  private async look(): Promise<void> {
    // Another server may have taken over while this one could hear neither its replicas nor the sentinels.
    if (await isSuperseded(this.redis, this.endpoint)) replaceConnection(this.redis);
    else await this.becomeUsable();
  }

  private async becomeUsable(): Promise<void> {
    this.lookedAt = Date.now();
    try {
      const durability = await checkDurability(this.redis, this.replicas);
      if (!durability.durable) return this.mayLose(durability.reason);
      // On a new connection, which has appended nothing yet, this counts the replicas that are there.
      const reached = this.replicas > 0 ? await this.redis.wait(this.replicas, this.replicasWait) : 0;
      if (reached < this.replicas) return this.mayLose(this.lackOf(reached));
      if (!durability.verified) this.logger.warn('the audit journal may not read whether its Redis syncs every write');
      this.backlog.lookedAt(await this.redis.xlen(this.stream));
      this.state = { usable: true };
      this.notify();
    } catch (error) {
      this.logger.warn('the audit journal is not usable yet', { error });
      if (!replaceIfSilent(this.redis, error)) this.lookAgain();
    }
  }

  private becomeUnusable(reason: string, since = Date.now()): void {
    this.state = { usable: false, reason, since: this.state.usable ? since : this.state.since };
    this.notify();
  }

  private notify(): void {
    for (const wake of [...this.waiting]) wake();
  }

  private stateChange(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
  }
}

/**
 * The account that made the call: a caller from elsewhere takes nothing of the share of the account whose trail it is. A service
 * works for those whose trail the event is in, and strangers share one place.
 */
const causeOf = ({ userIdentity, recipientAccountId }: AuditEvent): string =>
  userIdentity.accountId || (userIdentity.type === 'AWSService' ? recipientAccountId : 'strangers');

const unavailable = (message: string, cause?: unknown) => serviceUnavailable(message, cause === undefined ? {} : { cause });

const asUnavailable = (error: unknown): Error => {
  if (error instanceof Error && error.name === 'ServiceUnavailableException') return error;
  if (error instanceof Error && error.message.startsWith('OOM')) return unavailable('the audit journal is full', error);
  return unavailable('the audit journal did not accept the event', error);
};
