import { AGENT } from '@strongroom/bounds';
import type { SecretVersion } from '@strongroom/client';
import type { Clock } from '@strongroom/clock';
import type { DomainError } from '@strongroom/errors';
import type { SecretAnswers } from '../http/agent-server';
import { type Answer, SecretAnswer } from '../http/answer';
import type { SecretRequest } from '../http/secret-request';
import { Allowance } from './allowance';
import { failureAnswer, isRefusal, THROTTLED } from './failure-answer';
import { Refreshes } from './refreshes';
import { secretBody } from './secret-body';
import type { SecretReference, SecretSource } from './secret-source';

/** How long an answer is given without asking the source whether it still stands. What has changed is dropped at once. */
const CHECK_MS = 250;
/** What nobody has asked for in this time is let go. */
const IDLE_MS = 3_600_000;

export interface HeldSecretsOptions {
  source: SecretSource;
  /** How many are held. */
  size: number;
  /** false: each answer is fetched after it was asked for. */
  caches: boolean;
  clock: Clock;
  /** Resolves after so many milliseconds. */
  pause: (milliseconds: number) => Promise<unknown>;
  /** The cluster has said that a secret cannot be read any more. */
  onLost: (secretId: string, error: DomainError) => void;
  /** Neither a value nor an error of the cluster. */
  onDefect: (error: unknown) => void;
}

/** One secret at one stage or version, with the answer for whoever asks for it. */
interface Held {
  answer?: SecretAnswer;
  versionId?: string;
  stages?: string;
  checkedUntil: number;
  usedAt: number;
  /** The addresses by which it is found without reading them. */
  readonly urls: Set<string>;
  /** Ends the subscription. */
  readonly leave: () => void;
}

/**
 * The answers for the secrets that programs ask for, ready to be sent. The source decides how old a value may be; what it says
 * has changed or is lost is gone from here in the same moment.
 */
export class HeldSecrets implements SecretAnswers {
  /** Answers from memory, and those for which the cluster was asked. */
  hits = 0;
  misses = 0;
  private readonly held = new Map<string, Held>();
  private readonly byUrl = new Map<string, Held>();
  private readonly asking = new Map<string, Promise<Answer>>();
  /** The oldest first. */
  private readonly refused = new Map<string, { readonly answer: Answer; readonly until: number }>();
  private readonly refreshes: Refreshes<Answer>;
  private readonly allowance: Allowance;
  private fetching = 0;

  constructor(private readonly options: HeldSecretsOptions) {
    this.refreshes = new Refreshes(() => options.pause(AGENT.refreshPauseMs));
    this.allowance = new Allowance({ perSecond: AGENT.fetchesASecond, atOnce: AGENT.fetchesAtOnce, clock: options.clock });
  }

  get size(): number {
    return this.held.size;
  }

  known(url: string): Answer | undefined {
    const held = this.byUrl.get(url);
    if (held?.answer === undefined) return undefined;
    const now = this.options.clock.millis();
    if (now >= held.checkedUntil) return undefined;
    held.usedAt = now;
    this.hits++;
    return held.answer;
  }

  async answer({ refreshNow, ...reference }: SecretRequest, url: string): Promise<Answer> {
    const { secretId, versionId, versionStage } = reference;
    const key = JSON.stringify([secretId, versionId, versionStage]);
    if (refreshNow || !this.options.caches) return this.refreshes.ask(key, () => this.ask(key, reference, true));
    const refused = this.refused.get(key);
    if (refused !== undefined && this.options.clock.millis() < refused.until) return refused.answer;
    let answer = this.asking.get(key);
    if (answer === undefined) {
      answer = this.ask(key, reference).finally(() => this.asking.delete(key));
      this.asking.set(key, answer);
    }
    const answered = await answer;
    this.remember(url, key);
    return answered;
  }

  /** Lets go of what nobody has asked for in a while. */
  sweep(): void {
    const since = this.options.clock.millis() - IDLE_MS;
    for (const [key, { usedAt }] of this.held) if (usedAt < since) this.remove(key);
  }

  close(): void {
    for (const key of this.held.keys()) this.remove(key);
  }

  /** Never rejects. */
  private async ask(key: string, reference: SecretReference, isFresh = false): Promise<Answer> {
    const mayFetch = isFresh || !this.held.has(key);
    if (mayFetch && (this.fetching >= AGENT.fetches || !this.allowance.take())) return THROTTLED;
    if (mayFetch) this.fetching++;
    const { source } = this.options;
    try {
      return this.keep(key, reference, await (isFresh ? source.refresh(reference) : source.get(reference)));
    } catch (error) {
      return this.failed(key, error);
    } finally {
      if (mayFetch) this.fetching--;
    }
  }

  private keep(key: string, reference: SecretReference, version: SecretVersion): Answer {
    this.refused.delete(key);
    const held = this.options.caches ? (this.held.get(key) ?? this.add(key, reference)) : undefined;
    const { versionId } = version;
    const stages = version.versionStages.join();
    if (held !== undefined) held.checkedUntil = this.options.clock.millis() + CHECK_MS;
    if (held?.answer !== undefined && held.versionId === versionId && held.stages === stages) {
      this.hits++;
      version.secretBinary?.fill(0);
      return held.answer;
    }
    this.misses++;
    const answer = new SecretAnswer(secretBody(version));
    version.secretBinary?.fill(0);
    if (held === undefined) answer.drop();
    else {
      held.answer?.drop();
      Object.assign(held, { answer, versionId, stages });
    }
    return answer;
  }

  private failed(key: string, error: unknown): Answer {
    this.misses++;
    const answer = failureAnswer(error);
    if (isRefusal(error)) {
      this.remove(key);
      this.refused.delete(key);
      this.refused.set(key, { answer, until: this.options.clock.millis() + AGENT.refusalMs });
      if (this.refused.size > this.options.size) this.refused.delete(this.refused.keys().next().value!);
    } else if (answer.status === 500) this.options.onDefect(error);
    return answer;
  }

  private add(key: string, reference: SecretReference): Held {
    if (this.held.size >= this.options.size) this.remove(this.leastRecentlyUsed());
    const { source, onLost, clock } = this.options;
    const held: Held = {
      checkedUntil: 0,
      usedAt: clock.millis(),
      urls: new Set(),
      leave: source.subscribe(reference, (change) => {
        if (change.kind === 'changed') return forget(held);
        onLost(change.arn ?? change.secretId, change.error);
        this.remove(key);
      }),
    };
    this.held.set(key, held);
    return held;
  }

  private leastRecentlyUsed(): string {
    let oldest: [string, Held] | undefined;
    for (const one of this.held) if (oldest === undefined || one[1].usedAt < oldest[1].usedAt) oldest = one;
    return oldest![0];
  }

  private remove(key: string): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    held.leave();
    forget(held);
    this.held.delete(key);
    for (const url of held.urls) this.byUrl.delete(url);
  }

  private remember(url: string, key: string): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    held.usedAt = this.options.clock.millis();
    if (held.urls.size >= AGENT.addresses) return;
    held.urls.add(url);
    this.byUrl.set(url, held);
  }
}

/** Has no answer from now on. */
function forget(held: Held): void {
  held.answer?.drop();
  held.answer = undefined;
  held.checkedUntil = 0;
}
