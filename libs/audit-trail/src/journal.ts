import { Coalescer } from '@strongroom/coalesce';
import { internalServiceError, serviceUnavailable } from '@strongroom/errors';
import { FairShare } from '@strongroom/fairness';
import type { Logger } from '@strongroom/telemetry';
import type { Redis } from 'ioredis';
import type { AuditEvent, AuditRecorder, RecordOptions } from './audit-event';
import { checkDurability } from './durability';
import { EntrySigner, type EntryKey } from './entry-origin';
import { encodeEvent, maxEncodedLength } from './event-codec';
import { entryFields, journalStream, maxEventsPerEntry } from './journal-stream';
import { connectRedis, replaceIfSilent, type RedisEndpoint } from './redis-connection';

export interface JournalOptions {
  redis: RedisEndpoint & {
    /** Signs what is appended. @throws Error by `createJournal` when it is missing: nobody would believe the entries */
    journalKey?: EntryKey;
  };
  logger: Logger;
  /** How long a recording may take at most, ms. Default 2,000; a call's deadline may shorten it. */
  maxWaitMs?: number;
  /**
   * Entries (not events: an entry holds 1 to 64) that may wait for audit-service; past it recordings are refused until it has
   * caught up. Exceeded by what is in flight at that moment. Default 1,000,000.
   */
  maxLength?: number;
  /**
   * Recordings in flight in this process; more are refused at once, so that a slow Redis can't fill our memory. From half of them on an account has
   * its share only, and those who had nothing then may go past it, up to twice as many. Default 10,000.
   */
  maxPending?: number;
  /** Another stream, for tests that share a server. */
  stream?: string;
}

export interface Journal extends AuditRecorder {
  /**
   * Waits until the journal can record, `waitMs` at most. Rejects with the reason, such as a Redis that doesn't sync its writes:
   * a service calls it at start, to fail where the operator looks.
   */
  connect(waitMs?: number): Promise<void>;
  /** Lets recordings in flight end, then disconnects. */
  close(): Promise<void>;
}

interface Pending {
  text: string;
  /** Its caller has been told that it failed: don't send it any more. */
  abandoned: boolean;
}

/** `since`: milliseconds since the Unix epoch. */
type State = { usable: true } | { usable: false; reason: string; since: number };

/** After which a Redis that was refused is asked again. */
const recheckMs = 5_000;

export const createJournal = (options: JournalOptions): Journal => new RedisJournal(options);

class RedisJournal implements Journal {
  private readonly redis: Redis;
  private readonly coalescer: Coalescer<Pending, void>;
  private readonly logger: Logger;
  private readonly stream: string;
  private readonly maxWait: number;
  private readonly maxLength: number;
  private readonly places: FairShare;
  private state: State = { usable: false, reason: 'not connected yet', since: Date.now() };
  private readonly waiting = new Set<() => void>();
  private pending = 0;
  private length = 0;
  private closed = false;
  private readonly signer: EntrySigner;

  constructor({ redis: { journalKey, ...endpoint }, logger, maxWaitMs, maxLength, maxPending, stream }: JournalOptions) {
    if (!journalKey) throw new Error('a journal needs the key of its producer');
    this.signer = new EntrySigner(journalKey, Date.now());
    this.logger = logger;
    this.stream = stream ?? journalStream;
    this.maxWait = maxWaitMs ?? 2_000;
    this.maxLength = maxLength ?? 1_000_000;
    this.places = new FairShare(maxPending ?? 10_000);
    this.coalescer = new Coalescer({ maxBatch: maxEventsPerEntry, run: (batch) => this.append(batch) });
    this.redis = connectRedis({ endpoint, name: 'strongroom-audit-journal', timeoutMs: this.maxWait, logger });
    this.redis.on('ready', () => void this.becomeUsable());
    this.redis.on('close', () => this.becomeUnusable('the journal is unavailable'));
  }

  async connect(waitMs = 15_000): Promise<void> {
    const until = Date.now() + waitMs;
    while (!this.state.usable && Date.now() < until && !this.closed) await this.stateChange(until - Date.now());
    if (!this.state.usable) throw serviceUnavailable(`the audit journal cannot record: ${this.state.reason}`);
  }

  async record(event: AuditEvent, { deadline = Infinity }: RecordOptions = {}): Promise<void> {
    const text = encodeEvent(event);
    if (text.length > maxEncodedLength) throw internalServiceError('the audit event is too large');
    const wait = Math.min(this.maxWait, deadline - Date.now());
    if (wait <= 0) throw unavailable('the deadline passed before the call could be audited');
    const account = causeOf(event);
    if (!this.places.take(account)) throw unavailable('the audit journal is too slow');
    const pending: Pending = { text, abandoned: false };
    this.pending++;
    const done = this.coalescer.ask(pending).finally(() => {
      this.pending--;
      this.places.give(account);
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        pending.abandoned = true;
        reject(unavailable('the audit journal did not answer in time'));
      }, wait);
    });
    try {
      await Promise.race([done, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const until = Date.now() + this.maxWait;
    while (this.pending > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    this.closed = true;
    this.redis.disconnect();
    this.notify();
  }

  /** One entry for the whole batch: its events become durable together or not at all. */
  private async append(batch: readonly Pending[]): Promise<(void | Error)[]> {
    // A connection that is just being replaced is waited for: a restart of Redis need not fail anybody. An outage that goes on is
    // not: callers that queue for a row would each wait for it in turn.
    while (!this.state.usable && !this.closed) {
      const patience = this.state.since + this.maxWait - Date.now();
      if (patience <= 0) break;
      await this.stateChange(patience);
    }
    if (!this.state.usable) throw unavailable(`the audit journal cannot record: ${this.state.reason}`);
    const wanted = batch.filter((pending) => !pending.abandoned);
    if (wanted.length > 0) await this.write(wanted.map((pending) => pending.text));
    return batch.map(() => undefined);
  }

  private async write(texts: string[]): Promise<void> {
    try {
      if (this.length >= this.maxLength) this.length = await this.redis.xlen(this.stream);
      if (this.length >= this.maxLength) throw unavailable('the audit journal is full');
      await this.send(texts);
    } catch (error) {
      if (replaceIfSilent(this.redis, error)) this.becomeUnusable('the journal does not answer', Date.now() - this.maxWait);
      throw asUnavailable(error);
    }
  }

  private async send(texts: string[]): Promise<void> {
    const entry = this.signer.sign(texts);
    try {
      // In one write to the socket; ioredis has no cheaper way to learn the length on the way.
      const results = await this.redis
        .pipeline()
        .xadd(this.stream, '*', ...entryFields(texts, entry))
        .xlen(this.stream)
        .exec();
      const [added, length] = results ?? [];
      if (!added || added[0]) throw added?.[0] ?? new Error('no answer');
      if (typeof length?.[1] === 'number') this.length = length[1];
      this.signer.acknowledged(entry.origin);
    } catch (error) {
      this.signer.failed(entry.origin);
      throw error;
    }
  }

  private async becomeUsable(): Promise<void> {
    try {
      const durability = await checkDurability(this.redis);
      if (!durability.durable) {
        this.logger.error('the audit journal cannot be used: its Redis may lose what it acknowledges', {
          reason: durability.reason,
        });
        this.becomeUnusable(durability.reason);
        setTimeout(() => this.redis.status === 'ready' && void this.becomeUsable(), recheckMs).unref();
        return;
      }
      if (!durability.verified) this.logger.warn('the audit journal may not read whether its Redis syncs every write');
      this.length = await this.redis.xlen(this.stream);
      this.state = { usable: true };
      this.notify();
    } catch (error) {
      this.logger.warn('the audit journal is not usable yet', { error });
      this.redis.disconnect(true);
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
 * Whose call it was: who calls into another account's trail takes nothing of what is for that account. A service works for those in whose trail it is, and
 * strangers share one place.
 */
const causeOf = ({ userIdentity, recipientAccountId }: AuditEvent): string =>
  userIdentity.accountId || (userIdentity.type === 'AWSService' ? recipientAccountId : 'strangers');

const unavailable = (message: string, cause?: unknown) => serviceUnavailable(message, cause === undefined ? {} : { cause });

const asUnavailable = (error: unknown): Error => {
  if (error instanceof Error && error.name === 'ServiceUnavailableException') return error;
  if (error instanceof Error && error.message.startsWith('OOM')) return unavailable('the audit journal is full', error);
  return unavailable('the audit journal did not accept the event', error);
};
