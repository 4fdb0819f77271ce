import { type Clock, systemClock } from '@strongroom/clock';
import type { Credential, Principal, Resolved } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { serviceUnavailable } from '@strongroom/errors';
import { backoff, type RandomSource, systemRandom } from '@strongroom/random';
import type { Caller, PrincipalSource } from '../caller';
import { PolicyCache } from '../policy-cache';
import { callerOfPrincipal } from '../principal-caller';
import { serviceCaller, type ServiceNaming } from '../service-caller';
import { sessionTokenHash } from '../session-token';
import { HeldAnswers } from './held-answers';
import type { DirectoryStream, PrincipalDirectory } from './principal-directory.port';
import { type Scheduler, systemScheduler } from './scheduler';

/**
 * After this much silence the view trusts nothing that it holds; milliseconds. identity-service's change feed may be 300 ms
 * behind when it sends a heartbeat. Together they stay within the second in which a revocation takes effect.
 */
export const SILENCE_LIMIT = 700;
/** An answer is as old as its question, so one that takes longer does not count; milliseconds. */
const ASK_TIMEOUT = 1_000;
/** The time within which a new stream must send its first heartbeat; then another stream is tried. */
const FIRST_HEARTBEAT_TIMEOUT = 3_000;
const WATCHDOG_INTERVAL = 200;
const PAUSES = { first: 75, longest: 3_000 };

export interface PrincipalViewOptions extends ServiceNaming {
  directory: PrincipalDirectory;
  clock?: Clock;
  scheduler?: Scheduler;
  random?: RandomSource;
  /** The most principals to hold; one with large policies counts as several. Default 10,000. */
  maxPrincipals?: number;
  /** The most credentials to hold that are known to belong to nobody. Default 1,000. */
  maxAbsent?: number;
}

/** A question on the stream that waits for its answer. */
interface Asked {
  key: string;
  answer(caller: Caller | undefined): void;
  fail(error?: unknown): void;
}

/**
 * The recently seen principals, updated by a stream from identity-service. It answers from memory only while the stream is alive,
 * and only what it learned on that stream. Otherwise it asks first, and fails rather than guesses.
 */
export class PrincipalView implements PrincipalSource {
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly random: RandomSource;
  private readonly held: HeldAnswers;
  private readonly policies = new PolicyCache();
  /** Open questions, so that callers with the same question share one. */
  private readonly underWay = new Map<string, Promise<Caller | undefined>>();
  private readonly asked = new Map<bigint, Asked>();
  private requestId = 0n;
  private stream?: DirectoryStream;
  private openedAt = 0;
  /** When the last message arrived on the stream; undefined before its first heartbeat. */
  private heardAt?: number;
  /** Since a stream was last heard. */
  private reopened = 0;
  private cancelTimer: () => void = () => undefined;
  private closed = false;
  /** How many answers were given that are not held, and how often it forgot all. */
  private unheld = 0;

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

  /** Whether the held answers can be trusted at this moment. */
  get current(): boolean {
    return this.heardAt !== undefined && this.scheduler.monotonic() - this.heardAt <= SILENCE_LIMIT;
  }

  get revision(): number | undefined {
    return this.current ? this.unheld + this.held.gone : undefined;
  }

  /** The number of answers held. */
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
    this.unheld++;
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
        reject(error);
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
    // Events of a closed stream can still arrive; they do not count any more.
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
          // After too long a silence the held answers stay invalid, even if the stream speaks again.
          if (this.heardAt !== undefined && !this.current) return this.reopen();
          this.heardAt = this.scheduler.monotonic();
          this.reopened = 0;
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

  /** Closes the stream, and drops everything that was learned on it. */
  private reopen(): void {
    const stream = this.stream;
    this.stream = undefined;
    this.cancelTimer();
    this.forget();
    stream?.close();
    if (this.closed) return;
    // Jitter: the clients of a replica that ended must not all connect to the next one at once.
    this.cancelTimer = this.scheduler.after(backoff(this.reopened++, PAUSES, this.random), () => this.open());
  }

  private forget(): void {
    this.heardAt = undefined;
    this.unheld++;
    this.held.clear();
    for (const asked of [...this.asked.values()]) asked.fail();
  }
}

/**
 * The length of all policies of a principal that counts as one, in characters. A compiled policy takes about thirty times its
 * text.
 */
const ORDINARY_SIZE = 1_600;

function weightOf({ policies, permissionsBoundary, sessionPolicies }: Principal): number {
  const documents = [...policies, ...sessionPolicies, ...(permissionsBoundary ? [permissionsBoundary] : [])];
  return Math.max(1, documents.reduce((size, { document }) => size + document.length, 0) / ORDINARY_SIZE);
}

/** Not an error by itself: the question is asked again, elsewhere. */
class StreamEnded extends Error {}
