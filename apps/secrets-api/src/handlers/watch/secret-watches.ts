import type { Caller, CallOrigin } from '@strongroom/access';
import { secretArn } from '@strongroom/arn';
import { auditOf } from '@strongroom/audit-trail';
import type {
  SecretNotice,
  SecretWatch,
  WatchReady,
  WatchSecretsRequest,
  WatchSecretsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { type DomainError, invalidParameter, isDomainError, limitExceeded, resourceNotFound } from '@strongroom/errors';
import type { FairGate, Quota } from '@strongroom/fairness';
import { AWSCURRENT } from '../../domain/labels';
import type { Secret } from '../../domain/secret';
import { markedForDeletion, secretNotFound } from '../../domain/secret-errors';
import { readSecretId } from '../../domain/secret-reference';
import type { ChangedSecret, ChangePosition } from '../../domain/watch/change-feed.port';
import type { Watcher } from '../../domain/watch/change-hub';
import type { Dependencies } from '../dependencies';
import { questionContext } from '../get-secret-value.handler';
import type { Call, Located } from '../secret-access';
import { Latest } from './latest';
import { readResumeToken, type Resumption, writeResumeToken } from './resume-token';
import { rightsFrom } from './rights';
import { readableState, type ToldState, unreadableState } from './told-state';
import { type BroadWatch, readWatch, type Watch } from './watch';
import type { CallersStream, WatchedCallers } from './watched-callers';
import type { WatchedSecrets } from './watched-secrets';

/** In its life, because its event names them all. */
const MAX_WATCHES = 100;
/** Of those, for prefixes and tags: each may have to look at every change of the account. */
const MAX_BROAD = 10;
/** Secrets of a watch that are looked at one by one; if more have changed, it is quicker to list all. */
const MAX_LOOKS = 1_000;
/** That a stream has been told of and has to be told of again when something changes. */
const MAX_TOLD = 10_000;
const PAGE = 100;
/** What GetSecretValue asks for by default, and so what policies are asked about. */
const CURRENT = questionContext({ label: AWSCURRENT, labelGiven: false });

/** What the streams of a process share. */
export interface SharedByStreams {
  callers: Pick<WatchedCallers, 'areByTime' | 'dependsOnTime'>;
  secrets: WatchedSecrets;
  /** Requests of streams take turns: however many clients come at once, everybody else is served too. */
  requests: FairGate;
  /** Secrets that streams have been told of, by the callers' accounts. */
  told: Quota;
}

/**
 * The watches of one stream. Each tells the present state of what it watches whenever that may have changed, unless it told the
 * same before; so it does not matter how often a change is heard of, or in which order.
 */
export class SecretWatches implements CallersStream {
  private readonly watches = new Map<number, Watch>();
  private readonly latest: Latest;
  /** The call, with its caller's present policies. */
  private origin!: CallOrigin;
  /** What the caller's rights come from, beside the time. */
  private rights = '';
  private told = 0;
  private added = 0;
  private addedBroad = 0;
  private notices: SecretNotice[] = [];
  private ready: WatchReady[] = [];
  private isSending = false;
  private isRecorded = false;
  /** The last message had none. */
  private owesToken = false;
  private fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly d: Dependencies,
    private readonly call: Call,
    private readonly send: (response: WatchSecretsResponse) => void,
    private readonly shared: SharedByStreams,
  ) {
    this.setCaller(call.caller);
    this.latest = new Latest({
      mayPass,
      failed: (error) => this.fail(error),
      idle: () => this.sendSoon(),
      signal: call.signal,
    });
  }

  /** Until the caller leaves, or may no longer watch. */
  async run(requests: AsyncIterable<WatchSecretsRequest>): Promise<void> {
    const failed = new Promise<never>((_, reject) => (this.fail = reject));
    await Promise.race([this.takeAll(requests), failed]);
  }

  close(): void {
    for (const watch of [...this.watches.values()]) this.drop(watch);
  }

  callerIs(caller: Caller): void {
    this.setCaller(caller);
    this.timeHasPassed();
  }

  timeHasPassed(): void {
    for (const watch of this.watches.values()) this.lookAtAll(watch);
  }

  end(error: Error): void {
    this.fail(error);
  }

  private setCaller(caller: Caller): void {
    const { peer, userAgent, via } = this.call;
    this.origin = { caller, peer, userAgent, via };
    this.rights = rightsFrom(this.origin);
  }

  private drop(watch: Watch): void {
    for (const watcher of watch.watchers) this.d.hub.remove(watcher);
    this.watches.delete(watch.id);
    this.vacate(watch.told.size);
    watch.told.clear();
  }

  private async takeAll(requests: AsyncIterable<WatchSecretsRequest>): Promise<void> {
    const { accountId } = this.call.caller;
    for await (const request of requests) await this.shared.requests.through(accountId, () => this.take(request));
    if (this.added === 0) throw invalidParameter('Add must have at least one watch in the first request.');
    const { signal } = this.call;
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  private async take({ add, remove }: WatchSecretsRequest): Promise<void> {
    for (const id of remove) {
      const watch = this.watches.get(id);
      if (!watch) throw invalidParameter(`Remove names no watch of this stream: ${id}.`);
      this.drop(watch);
    }
    this.added += add.length;
    if (this.added > MAX_WATCHES) throw invalidParameter(`A stream takes at most ${MAX_WATCHES} watches in all.`);
    const added = await this.readAll(add);
    this.addedBroad += added.filter(([{ kind }]) => kind === 'broad').length;
    if (this.addedBroad > MAX_BROAD) {
      throw invalidParameter(`A stream takes at most ${MAX_BROAD} watches for prefixes and tags in all.`);
    }
    // The trail has it before anything is told.
    if (added.length > 0) await (this.isRecorded ? auditOf(this.call).correct() : auditOf(this.call).commit());
    this.isRecorded ||= added.length > 0;
    for (const [watch, resumption] of added) this.begin(watch, resumption);
  }

  private async readAll(messages: readonly SecretWatch[]): Promise<[Watch, Resumption | undefined][]> {
    const added: [Watch, Resumption | undefined][] = [];
    for (const [index, message] of messages.entries()) {
      const field = `Add[${index}]`;
      if (this.watches.has(message.id) || added.some(([{ id }]) => id === message.id)) {
        throw invalidParameter(`${field}.Id is already the id of a watch of this stream.`);
      }
      const watch = readWatch(message, { accountId: this.origin.caller.accountId, region: this.d.region, field });
      if (watch.kind === 'broad') {
        this.requireList(watch);
        for (const [name, value] of watch.parameters) auditOf(this.call).parameter(name, value);
      } else {
        const located = await this.locate(watch);
        this.d.access.auditResource(this.call, located);
        // Whoever owns the secret sees who watches it.
        if (this.stateOf(located).message.$case === 'readable') this.d.access.auditFound(this.call, located);
      }
      added.push([watch, readResumeToken(message.resumeToken, `${field}.ResumeToken`)]);
    }
    return added;
  }

  /** Hears of changes first, and then tells how things are. */
  private begin(watch: Watch, resumption: Resumption | undefined): void {
    this.watches.set(watch.id, watch);
    // With other rights, what has not changed may have to be told, or be kept to oneself.
    if (resumption?.rights === this.rights) watch.resumeFrom = resumption.position;
    watch.watchers = watch.places.map((place): Watcher => ({ ...place, changed: (change) => this.changed(watch, change) }));
    for (const watcher of watch.watchers) this.d.hub.add(watcher);
    this.lookAtAll(watch);
  }

  private changed(watch: Watch, change: ChangedSecret): void {
    // At first the feed tells of what the caller knows already.
    if (watch.kind === 'one' || !watch.isReady || watch.due === 'all') return this.lookAtAll(watch);
    if (!watch.mayMatch(change.name)) return;
    watch.due.set(arnOf(change), change.name);
    if (watch.due.size > MAX_LOOKS) watch.due = 'all';
    this.look(watch);
  }

  private lookAtAll(watch: Watch): void {
    watch.due = 'all';
    this.look(watch);
  }

  /** One look at a time for each watch, so that no older state is told after a newer one. */
  private look(watch: Watch): void {
    this.latest.do(watch, async () => {
      const { due } = watch;
      watch.due = new Map();
      try {
        if (due === 'all') await this.tellAll(watch);
        else if (watch.kind === 'broad') await Promise.all([...due].map(([arn, name]) => this.lookAt(watch, arn, name)));
      } catch (error) {
        watch.due = 'all';
        throw error;
      }
    });
  }

  private async tellAll(watch: Watch): Promise<void> {
    const { resumeFrom } = watch;
    const changes = resumeFrom === undefined ? undefined : await this.d.hub.since(resumeFrom, watch.accountId);
    if (watch.kind === 'one') {
      const located = await this.locate(watch);
      const isKnown = changes !== undefined && !changes.some(({ name }) => watch.names.includes(name));
      this.tell(watch, { key: '', ...nameOf(located), state: this.stateOf(located), isKnown });
    } else {
      await this.tellMany(watch, changes);
    }
    watch.resumeFrom = undefined;
    if (watch.isReady) return;
    await this.d.hub.isUnderWay;
    watch.isReady = true;
    this.ready.push({ watchId: watch.id, complete: changes === undefined || watch.kind === 'one' || watch.tag !== undefined });
    this.sendSoon();
  }

  /** Tells of all that the watch matches now, and of what it has been told of and matches no more. */
  private async tellMany(watch: BroadWatch, changes: readonly ChangedSecret[] | undefined): Promise<void> {
    this.requireList(watch);
    const before = new Set(watch.told.keys());
    const changed = watch.tag === undefined && changes ? new Set(changes.map(arnOf)) : undefined;
    const query = { accountId: watch.accountId, region: this.d.region, filters: watch.filters, includeDeleted: true } as const;
    for (let after: Parameters<typeof this.d.store.list>[0]['after']; ;) {
      const order = { sort: 'created', descending: false, after, limit: PAGE } as const;
      const page = await this.d.store.list({ ...query, ...order }, Date.now() + LIST_MS);
      for (const secret of page.items) {
        if (!watch.matches(secret)) continue;
        before.delete(secret.arn);
        this.tellOfOne(watch, secret.arn, this.foundOf(secret), changed !== undefined && !changed.has(secret.arn));
        changed?.delete(secret.arn);
      }
      if (!page.next) break;
      after = page.next;
    }
    const gone = new Map([...before].map((arn) => [arn, watch.told.get(arn)!.name]));
    for (const change of changes ?? []) {
      const arn = arnOf(change);
      if (changed?.has(arn) && watch.mayMatch(change.name)) gone.set(arn, change.name);
    }
    await Promise.all([...gone].map(([arn, name]) => this.lookAt(watch, arn, name, true)));
  }

  private async lookAt(watch: BroadWatch, arn: string, name: string, wasTold = watch.told.has(arn)): Promise<void> {
    const located = await this.locate({ accountId: watch.accountId, secretId: arn });
    const secret = located.found?.secret;
    if (secret && watch.matches(secret)) return this.tellOfOne(watch, arn, located, false);
    if (!wasTold) return;
    // Of a secret that is gone, only those hear who were told of it, or may have been before they came back.
    if (!watch.told.has(arn) && isDenied(this.stateOf(located))) return;
    const error = secret ? untagged() : secretNotFound();
    this.tell(watch, { key: arn, arn, name, state: unreadableState(error) });
    this.forget(watch, arn);
  }

  /** Of what the caller may not read, a broad watch tells only that it may not read it any more. */
  private tellOfOne(watch: BroadWatch, arn: string, located: Located, isKnown: boolean): void {
    const state = this.stateOf(located);
    if (isDenied(state) && !watch.told.has(arn)) return;
    this.tell(watch, { key: arn, arn, name: nameOf(located).name, state, isKnown });
    if (isDenied(state)) this.forget(watch, arn);
  }

  private tell(
    watch: Watch,
    { key, arn, name, state, isKnown = false }: { key: string; arn: string; name: string; state: ToldState; isKnown?: boolean },
  ): void {
    // The caller has left, or has ended this watch.
    if (this.watches.get(watch.id) !== watch) return;
    const { message, digest } = state;
    const before = watch.told.get(key);
    if (before?.digest === digest) return;
    if (!before) this.occupy();
    watch.told.set(key, { name, digest });
    if (isKnown && message.$case === 'readable') return;
    this.notices.push({ watchId: watch.id, arn, name, state: message });
    this.sendSoon();
  }

  private forget(watch: Watch, arn: string): void {
    if (watch.told.delete(arn)) this.vacate(1);
  }

  /** @throws LimitExceededException */
  private occupy(): void {
    if (this.told >= MAX_TOLD) throw tooMany();
    if (!this.shared.told.take(this.call.caller.accountId)) throw tooManyOfAll();
    this.told++;
  }

  private vacate(count: number): void {
    this.told -= count;
    this.shared.told.give(this.call.caller.accountId, count);
  }

  /** As GetSecretValue would answer, but for the value. */
  private stateOf(located: Located): ToldState {
    try {
      const { secret } = this.decide(() => this.d.access.require(this.origin, 'GetSecretValue', located, CURRENT));
      if (secret.deletion) throw markedForDeletion();
      return readableState(secret);
    } catch (error) {
      if (!isDomainError(error) || mayPass(error)) throw error;
      return unreadableState(error);
    }
  }

  /** What depends on the time is decided again later. */
  private decide<Result>(decision: () => Result): Result {
    const { authorizer } = this.d;
    const before = authorizer.timesRead;
    try {
      return decision();
    } finally {
      if (authorizer.timesRead !== before && this.watches.size > 0) this.shared.callers.dependsOnTime(this);
    }
  }

  private locate({ secretId, accountId }: { secretId: string; accountId: string }): Promise<Located> {
    return this.shared.secrets.locate(this.origin.caller.accountId, accountId, secretId);
  }

  private foundOf(secret: Secret): Located {
    return { target: readSecretId(secret.arn, { accountId: secret.accountId, region: secret.region }), found: { secret } };
  }

  private requireList({ accountId }: BroadWatch): void {
    const check = { action: 'secretsmanager:ListSecrets', resource: '*', resourceAccountId: accountId };
    this.decide(() => this.d.authorizer.require(this.origin, check));
  }

  private tokenAt(position: ChangePosition): string {
    // A right that depends on the time may be another one when the caller comes back.
    return writeResumeToken(this.shared.callers.areByTime(this) ? { position } : { position, rights: this.rights });
  }

  /** What one turn of the event loop brings is one message. */
  private sendSoon(): void {
    if (this.isSending) return;
    this.isSending = true;
    setImmediate(() => {
      this.isSending = false;
      const { notices, ready } = this;
      const { position } = this.d.hub;
      // While something is under way, not all changes up to there have been told.
      const resumeToken = position && this.latest.isIdle ? this.tokenAt(position) : undefined;
      if (notices.length === 0 && ready.length === 0 && !(this.owesToken && resumeToken !== undefined)) return;
      [this.notices, this.ready, this.owesToken] = [[], [], resumeToken === undefined];
      this.send({ notices, ready, resumeToken });
    });
  }
}

/** For one page of what a watch matches. */
const LIST_MS = 10_000;

const tooMany = () => limitExceeded(`The watches of a stream match at most ${MAX_TOLD} secrets.`);

const tooManyOfAll = () =>
  limitExceeded('The watches of all streams of WatchSecrets match too many secrets: watch fewer, or at another replica.');

const untagged = () => resourceNotFound('The secret does not have the tag any more.');

const MAY_PASS: ReadonlySet<DomainError['kind']> = new Set([
  'unavailable',
  'deadline-exceeded',
  'cancelled',
  'internal',
  'resource-exhausted',
]);

/** Not an answer about a secret. A limit of the contract does not pass, although it is of the same kind as an overload. */
const mayPass = (error: unknown): boolean =>
  isDomainError(error) && MAY_PASS.has(error.kind) && error.reason !== 'LimitExceededException';

const isDenied = ({ message }: ToldState): boolean =>
  message.$case === 'unreadable' && message.value.errorCode === 'AccessDeniedException';

const arnOf = ({ accountId, region, name, suffix }: ChangedSecret): string =>
  secretArn({ account: accountId, region, name, suffix });

const nameOf = ({ target, found }: Located): { arn: string; name: string } => ({
  arn: found?.secret.arn ?? target.requested,
  name: found?.secret.name ?? target.keys[0]?.name ?? '',
});
