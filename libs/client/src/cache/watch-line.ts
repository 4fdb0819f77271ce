import { isDomainError } from '@strongroom/errors';
import { DEAD_PEER_MS } from '@strongroom/grpc-kit';
import { backoff, type RandomSource } from '@strongroom/random';
import type { WatchSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { SecretWatchStream } from '../secret-watch-stream';
import { isUnauthenticated, wasSent } from './failures';
import { stateOf } from './secret-state';
import type { Timers } from './timers';
import type { Watch } from './watch';

export type WatchRequest = Parameters<SecretWatchStream['add']>[0];

export interface WatchLineOptions {
  /** Opens a stream that ends when the signal aborts. */
  open(watches: WatchRequest[], signal: AbortSignal): SecretWatchStream;
  /** The cluster does not know the caller any more. */
  unknown(error: unknown): void;
  timers: Timers;
  random: RandomSource;
}

/** In the life of a stream: see WatchSecretsRequest. */
export const MAX_WATCHES = 100;
/** What is asked for within this time goes out in one message. Milliseconds. */
const BATCH_MS = 10;
/** A stream that does not say so long that it is ready is no stream. Milliseconds. */
const READY_MS = 30_000;
/** A token's renewal is not asked for more often than this. Milliseconds. */
const MIN_RENEWAL_MS = 1_000;
const PAUSES = { first: 250, longest: 10_000 };
/** After a refusal: an older cluster, one stream too many, a credential that has ended. */
const PAUSES_OF_REFUSED = { first: 1_000, longest: 300_000 };

/** One stream of watches, opened again whenever it breaks, from where it was. */
export class WatchLine {
  private readonly watches = new Map<number, Watch>();
  /** What the open stream has not been asked yet. */
  private added: Watch[] = [];
  private removed: number[] = [];
  private taken = 0;
  private stream: SecretWatchStream | undefined;
  private ending = new AbortController();
  private isRenewing = false;
  private isRunning = false;
  private isClosed = false;
  private isFlushing = false;
  private resumeToken = '';
  private heardAt = -Infinity;
  private endPause: () => void = () => undefined;
  private cancelAlarm: (() => void) | undefined;
  private cancelRenewal: (() => void) | undefined;

  constructor(private readonly options: WatchLineOptions) {}

  /** How many watches the stream still takes. */
  get room(): number {
    return MAX_WATCHES - this.taken;
  }

  /** Watches that have been ended, and still count. */
  get spent(): number {
    return this.taken - this.watches.size;
  }

  get size(): number {
    return this.watches.size;
  }

  get isLive(): boolean {
    return this.watches.size > 0 && [...this.watches.values()].every(({ isLive }) => isLive);
  }

  add(watch: Watch): void {
    this.watches.set(watch.id, watch);
    watch.line = this;
    this.taken++;
    this.added.push(watch);
    this.flushSoon();
  }

  remove(watch: Watch): void {
    if (!this.watches.delete(watch.id)) return;
    watch.line = undefined;
    const unasked = this.added.indexOf(watch);
    if (unasked >= 0) this.added.splice(unasked, 1);
    else this.removed.push(watch.id);
    if (this.watches.size === 0) this.end();
    else this.flushSoon();
  }

  /** Opens the stream anew, which makes room and shows the newest token. */
  renew(): void {
    this.taken = this.watches.size;
    if (!this.stream) return;
    this.isRenewing = true;
    this.ending.abort();
  }

  close(): void {
    this.isClosed = true;
    this.end();
  }

  private end(): void {
    this.ending.abort();
    this.endPause();
  }

  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    this.options.timers.after(BATCH_MS, () => this.flush());
  }

  private flush(): void {
    this.isFlushing = false;
    if (this.isClosed) return;
    if (!this.isRunning) return void this.run();
    // Between two streams: the next one asks for all.
    if (!this.stream || this.ending.signal.aborted) return;
    const [added, removed] = [this.added, this.removed];
    [this.added, this.removed] = [[], []];
    if (removed.length > 0) this.stream.remove(...removed);
    if (added.length > 0) this.stream.add(...added.map((watch) => this.requestFor(watch)));
    this.watchOver();
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    this.isRunning = true;
    for (let attempt = 0; !this.isClosed && this.watches.size > 0;) {
      const { error, wasReady } = await this.follow();
      const isRenewal = this.isRenewing;
      this.isRenewing = false;
      this.wentAway(error);
      if (isRenewal || this.isClosed || this.watches.size === 0) continue;
      attempt = wasReady ? 0 : attempt + 1;
      await this.pause(attempt, error);
    }
    this.isRunning = false;
  }

  /** One stream, from its beginning to its end. */
  private async follow(): Promise<{ error?: unknown; wasReady: boolean }> {
    const { signal } = (this.ending = new AbortController());
    [this.added, this.removed] = [[], []];
    this.taken = this.watches.size;
    let wasReady = false;
    try {
      const requests = [...this.watches.values()].map((watch) => this.requestFor(watch));
      const stream = (this.stream = this.options.open(requests, signal));
      this.watchOver();
      for await (const message of stream) {
        this.renewLater(stream);
        wasReady ||= message.ready.length > 0;
        this.take(message);
      }
      return { wasReady };
    } catch (error) {
      return { error: error ?? new Error('the stream broke'), wasReady };
    } finally {
      this.stream = undefined;
      this.cancelAlarm?.();
      this.cancelRenewal?.();
      this.cancelAlarm = this.cancelRenewal = undefined;
    }
  }

  private take({ notices, ready, resumeToken }: WatchSecretsResponse): void {
    this.heardAt = this.options.timers.now();
    for (const notice of notices) {
      const state = stateOf(notice);
      if (state) this.watches.get(notice.watchId)?.heard(state);
    }
    for (const { watchId } of ready) this.watches.get(watchId)?.ready();
    if (resumeToken) this.resumeToken = resumeToken;
    if (this.isLive) {
      this.cancelAlarm?.();
      this.cancelAlarm = undefined;
    }
  }

  private requestFor(watch: Watch): WatchRequest {
    const { id, secretId } = watch;
    return { id, what: { $case: 'secretId', value: secretId }, resumeToken: watch.mayResume ? this.resumeToken : '' };
  }

  /** Until the stream has told all that it was asked for. */
  private watchOver(): void {
    if (this.isLive) return;
    this.cancelAlarm ??= this.options.timers.after(READY_MS, () => this.ending.abort());
  }

  /** A credential must not end with the stream: then all would be dropped. */
  private renewLater({ renewInMs }: SecretWatchStream): void {
    if (this.cancelRenewal || renewInMs === Infinity) return;
    this.cancelRenewal = this.options.timers.after(Math.max(renewInMs, MIN_RENEWAL_MS), () => this.renew());
  }

  private wentAway(error: unknown): void {
    const now = this.options.timers.now();
    // Without a word from the server, the connection may have been dead for as long as it takes to notice.
    const at = error === undefined || wasSent(error) ? now : Math.max(this.heardAt, now - DEAD_PEER_MS);
    for (const watch of this.watches.values()) watch.gone(at);
    if (isRefused(error)) this.resumeToken = '';
    if (isUnauthenticated(error)) this.options.unknown(error);
  }

  private pause(attempt: number, error: unknown): Promise<void> {
    const { random, timers } = this.options;
    const milliseconds = backoff(attempt, isRefused(error) ? PAUSES_OF_REFUSED : PAUSES, random);
    return new Promise((resolve) => {
      const cancel = timers.after(milliseconds, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

const MAY_PASS = new Set(['unavailable', 'deadline-exceeded', 'cancelled', 'aborted', 'internal']);

/** The next attempt will hardly fare better. */
const isRefused = (error: unknown): boolean => error !== undefined && !(isDomainError(error) && MAY_PASS.has(error.kind));
