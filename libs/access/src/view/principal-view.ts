import { type Clock, systemClock } from '@strongroom/clock';
import type { Credential, Principal, Resolved } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { serviceUnavailable } from '@strongroom/errors';
import { randomInteger, type RandomSource, systemRandom } from '@strongroom/random';
import type { Caller, PrincipalSource } from '../caller';
import { PolicyCache } from '../policy-cache';
import { callerOfPrincipal } from '../principal-caller';
import { serviceCaller, type ServiceNaming } from '../service-caller';
import { sessionTokenHash } from '../session-token';
import { HeldAnswers } from './held-answers';
import type { DirectoryStream, PrincipalDirectory } from './principal-directory.port';
import { type Scheduler, systemScheduler } from './scheduler';

/**
 * Silence after which nothing held is trusted, milliseconds. identity-service's change feed may be 300 ms behind when it sends a
 * heartbeat; together they stay within the second in which a revocation takes effect.
 */
export const SILENCE_LIMIT = 700;
/** An answer is as old as its question: one that takes longer is no answer. */
const ASK_TIMEOUT = 1_000;
/** How long a new stream may take to its first heartbeat before another one is tried. */
const FIRST_HEARTBEAT_TIMEOUT = 3_000;
const WATCHDOG_INTERVAL = 200;
const SHORTEST_BACKOFF = 50;
const LONGEST_BACKOFF = 2_000;

export interface PrincipalViewOptions extends ServiceNaming {
  directory: PrincipalDirectory;
  clock?: Clock;
  scheduler?: Scheduler;
  random?: RandomSource;
  /** Most principals held; who has large policies counts as several. Default 10,000. */
  maxPrincipals?: number;
  /** Most credentials held of which is known that they stand for nobody. Default 1,000. */
  maxAbsent?: number;
}

/** A question on the stream that waits for its answer. */
interface Asked {
  key: string;
  answer(caller: Caller | undefined): void;
  fail(error?: unknown): void;
}

/**
 * The principals seen lately, kept current by identity-service's stream. Answers from memory only while the stream is alive,
 * and only what was learned on it; whenever that is in doubt it asks first, and fails rather than guess.
 */
export class PrincipalView implements PrincipalSource {
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly random: RandomSource;
  private readonly held: HeldAnswers;
  private readonly policies = new PolicyCache();
  /** Questions under way, so that callers who ask the same share one. */
  private readonly underWay = new Map<string, Promise<Caller | undefined>>();
  private readonly asked = new Map<bigint, Asked>();
  private requestId = 0n;
  private stream?: DirectoryStream;
  private openedAt = 0;
  /** When the stream was heard last; undefined before its first heartbeat. */
  private heardAt?: number;
  private backoff = SHORTEST_BACKOFF;
  private cancelTimer: () => void = () => undefined;
  private closed = false;

  constructor(private readonly options: PrincipalViewOptions) {
    this.clock = options.clock ?? systemClock;
    this.scheduler = options.scheduler ?? systemScheduler;
    this.random = options.random ?? systemRandom;
    this.held = new HeldAnswers({ present: options.maxPrincipals ?? 10_000, absent: options.maxAbsent ?? 1_000 });
    this.open();
  }

  byCertificate(uri: string): Promise<Caller | undefined> {
    const service = serviceCaller(uri, this.options);
    if (service) return Promise.resolve(service);
    return this.find(`cert:${uri}`, { $case: 'certificateUri', value: uri });
  }

  byToken(token: string): Promise<Caller | undefined> {
    const hash = sessionTokenHash(token);
    if (hash === undefined) return Promise.resolve(undefined);
    return this.find(`token:${hash.toString('base64')}`, { $case: 'sessionTokenHash', value: hash });
  }

  byCredentialId(credentialId: string): Promise<Caller | undefined> {
    if (credentialId.startsWith('cert:')) return this.byCertificate(credentialId.slice('cert:'.length));
    return this.find(credentialId, { $case: 'credentialId', value: credentialId });
  }

  /** Whether what is held may be trusted at this moment. */
  get current(): boolean {
    return this.heardAt !== undefined && this.scheduler.monotonic() - this.heardAt <= SILENCE_LIMIT;
  }

  /** How many answers are held. */
  get size(): number {
    return this.held.size;
  }

  close(): void {
    this.closed = true;
    this.cancelTimer();
    this.stream?.close();
    this.forget();
  }

  private find(key: string, credential: NonNullable<Credential['credential']>): Promise<Caller | undefined> {
    const current = this.current;
    if (current) {
      const held = this.held.get(key);
      if (held) return Promise.resolve(this.unlessExpired(held.caller, key));
    }
    let answer = this.underWay.get(key);
    if (answer === undefined) {
      answer = this.ask(key, { credential }, current).finally(() => this.underWay.delete(key));
      this.underWay.set(key, answer);
    }
    return answer;
  }

  private async ask(key: string, credential: Credential, current: boolean): Promise<Caller | undefined> {
    const stream = this.stream;
    if (current && stream) {
      try {
        return this.unlessExpired(await this.askStream(stream, key, credential), key);
      } catch (error) {
        if (!(error instanceof StreamEnded)) throw error;
      }
    }
    const principal = await this.askOnce(credential);
    return this.unlessExpired(principal && callerOfPrincipal(principal, this.policies), key);
  }

  private async askOnce(credential: Credential): Promise<Principal | undefined> {
    try {
      return await this.options.directory.resolve(credential, ASK_TIMEOUT);
    } catch (cause) {
      throw serviceUnavailable('The caller could not be identified: identity-service did not answer.', { cause });
    }
  }

  private askStream(stream: DirectoryStream, key: string, credential: Credential): Promise<Caller | undefined> {
    return new Promise((resolve, reject) => {
      const id = ++this.requestId;
      const done = () => {
        cancel();
        this.asked.delete(id);
      };
      const fail = (error: unknown = new StreamEnded()) => {
        done();
        reject(error as Error);
      };
      const answer = (caller: Caller | undefined) => {
        done();
        resolve(caller);
      };
      const cancel = this.scheduler.after(ASK_TIMEOUT, () => fail());
      this.asked.set(id, { key, fail, answer });
      stream.ask(id, credential);
    });
  }

  private unlessExpired(caller: Caller | undefined, key: string): Caller | undefined {
    if (caller?.expireTime === undefined || caller.expireTime.getTime() > this.clock.millis()) return caller;
    this.held.delete(key);
    return undefined;
  }

  private open(): void {
    if (this.closed) return;
    this.openedAt = this.scheduler.monotonic();
    // Events of a stream that was given up can still arrive; they speak for nothing any more.
    const live = (event: () => void) => {
      if (this.stream === stream) event();
    };
    const stream: DirectoryStream = this.options.directory.watch({
      resolved: (answer) => live(() => this.hold(answer)),
      invalidated: (subjects) =>
        live(() => {
          if (subjects === 'all') this.held.clear();
          else for (const subject of subjects) this.held.invalidate(subject);
        }),
      heartbeat: () =>
        live(() => {
          // Too late is too late: what was held through the silence is not good again because somebody spoke.
          if (this.heardAt !== undefined && !this.current) return this.reopen();
          this.heardAt = this.scheduler.monotonic();
          this.backoff = SHORTEST_BACKOFF;
        }),
      ended: () => live(() => this.reopen()),
    });
    this.stream = stream;
    this.watchdog();
  }

  private hold(answer: Resolved): void {
    const asked = this.asked.get(answer.requestId);
    if (asked === undefined) return;
    try {
      const caller = answer.principal && callerOfPrincipal(answer.principal, this.policies);
      const weight = answer.principal && weightOf(answer.principal);
      this.held.set(asked.key, { caller, subjects: answer.subjects, weight });
      asked.answer(caller);
    } catch (error) {
      asked.fail(error);
    }
  }

  private watchdog(): void {
    this.cancelTimer = this.scheduler.after(WATCHDOG_INTERVAL, () => {
      const silent =
        this.heardAt === undefined ? this.scheduler.monotonic() - this.openedAt > FIRST_HEARTBEAT_TIMEOUT : !this.current;
      if (silent) this.reopen();
      else this.watchdog();
    });
  }

  /** Gives the stream up, and with it everything learned on it. */
  private reopen(): void {
    const stream = this.stream;
    this.stream = undefined;
    this.cancelTimer();
    this.forget();
    stream?.close();
    if (this.closed) return;
    // Jitter: the clients of a replica that went away should not all come to the next one at once.
    const delay = this.backoff / 2 + randomInteger(this.random, this.backoff);
    this.backoff = Math.min(this.backoff * 2, LONGEST_BACKOFF);
    this.cancelTimer = this.scheduler.after(delay, () => this.open());
  }

  private forget(): void {
    this.heardAt = undefined;
    this.held.clear();
    for (const asked of [...this.asked.values()]) asked.fail();
  }
}

/** Characters of all policies of a principal that counts as one. A compiled policy takes some thirty times its text. */
const ORDINARY_SIZE = 1_600;

function weightOf({ policies, permissionsBoundary, sessionPolicies }: Principal): number {
  const documents = [...policies, ...sessionPolicies, ...(permissionsBoundary ? [permissionsBoundary] : [])];
  return Math.max(1, documents.reduce((size, { document }) => size + document.length, 0) / ORDINARY_SIZE);
}

/** Not an error of its own: the question is asked again, elsewhere. */
class StreamEnded extends Error {}
