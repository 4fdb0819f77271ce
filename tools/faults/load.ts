import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LookupEventsRequest } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { ListUsersRequest } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { ListKeysRequest } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { ListRulesRequest } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { ListRotationFunctionsRequest } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import {
  CreateSecretRequest,
  DescribeSecretRequest,
  GetSecretValueRequest,
  PutSecretValueRequest,
  RotateSecretRequest,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { GetPriceListRequest } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { pollUntil } from '@strongroom/clock';
import type { DomainError } from '@strongroom/errors';
import type { ReachableCluster, ServiceName } from '@strongroom/local-cluster';
import {
  auditService,
  identityService,
  keyService,
  rotationService,
  ruleService,
  secretsService,
  usageService,
} from '@strongroom/methods';
import { type Acknowledged, Caller } from './caller';

/** For a call with all its attempts. Milliseconds. */
export const CALL_TIMEOUT_MS = 20_000;
/** After each call: what is broken must meet calls in flight, not a processor without time for anything else. Milliseconds. */
const PAUSE_MS = 60;
/** A secret takes 10,000 versions in a day: whoever writes more uses several. */
const VERSIONS_A_SECRET = 2_000;
/** How long all kinds of calls may take to be answered when nothing is broken. Milliseconds. */
const FLOW_MS = 60_000;
/** How long a rotation may take, from the call to the label. Milliseconds. */
const ROTATION_MS = 60_000;

export interface Write {
  secretId: string;
  versionId: string;
  /** Undefined for a rotation: nobody but the function knows it. */
  value?: string;
}

/** What was acknowledged in some time. */
export interface Acknowledgements {
  /** No call began before. Milliseconds since the Unix epoch. */
  since: number;
  /** Of calls whose event the trail must have. */
  requestIds: string[];
  writes: Write[];
  /** By written secret: the version that AWSCURRENT must be on; several if nobody knows whether a call had its effect. */
  current: ReadonlyMap<string, readonly string[]>;
}

/** A call that failed although it may be repeated. */
export interface Failure {
  kind: string;
  /** `kind reason: message`. */
  error: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
}

/** How far the acknowledged calls and writes had come at some time. */
interface Place {
  /** Milliseconds since the Unix epoch. */
  since: number;
  requests: number;
  writes: number;
}

const text = (value: string) => ({ value: { $case: 'secretString' as const, value } });
const unique = (prefix: string): string => `${prefix}-${randomBytes(5).toString('hex')}`;

/**
 * Reads, writes and rotations, and a call to each other service, that go on whatever happens. All of these calls may be repeated,
 * and are. The load knows what was acknowledged.
 */
export class SteadyLoad {
  readonly failures: Failure[] = [];
  private readonly caller: Caller;
  private readonly workers: Promise<void>[] = [];
  /** By kind: when each call of it was answered. Milliseconds since the Unix epoch. */
  private readonly answers = new Map<string, number[]>();
  private readonly current = new Map<string, string[]>();
  /** The version of the rotation that has begun. */
  private rotation: string | undefined;
  private readonly requestIds: string[] = [];
  private readonly writes: Write[] = [];
  private readonly beginning: Place = { since: Date.now(), requests: 0, writes: 0 };
  /** What somebody has asked for ends here. */
  private taken = this.beginning;
  private readonly tasks: { kind: string; call: (n: number) => Promise<unknown> }[] = [];
  private isRunning = false;

  private constructor(cluster: ReachableCluster) {
    this.caller = new Caller(cluster, CALL_TIMEOUT_MS);
  }

  /** Returns when each kind of call has been answered. */
  static async start(cluster: ReachableCluster): Promise<SteadyLoad> {
    const load = new SteadyLoad(cluster);
    await load.prepare();
    await load.goOn();
    return load;
  }

  get kinds(): string[] {
    return [...this.answers.keys()];
  }

  /** How many calls were answered. */
  get count(): number {
    return [...this.answers.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** The longest time since `from` in which no call of some kind was answered, and which kind. Milliseconds. */
  longestSilence(from: number): { kind: string; milliseconds: number } {
    const now = Date.now();
    const silences = [...this.answers].map(([kind, all]) => {
      const times = [from, ...all.filter((at) => at > from), now];
      return { kind, milliseconds: Math.max(...times.slice(1).map((at, index) => at - times[index]!)) };
    });
    return silences.reduce((longest, one) => (one.milliseconds > longest.milliseconds ? one : longest));
  }

  /** Whether calls of each kind were answered since then. */
  flowsSince(at: number): boolean {
    return this.silentSince(at).length === 0;
  }

  /** Lets all calls end and makes no more. */
  async rest(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.workers.splice(0));
  }

  /** Ends a rest. Returns when each kind of call has been answered. @throws Error if one is not */
  async goOn(): Promise<void> {
    this.isRunning = true;
    const since = Date.now();
    for (const { kind, call } of this.tasks) this.workers.push(this.work(kind, call));
    if (await pollUntil(() => this.flowsSince(since), FLOW_MS, 50)) return;
    const silent = this.silentSince(since);
    const heard = this.failures.findLast(({ kind }) => silent.includes(kind))?.error ?? 'nothing was heard';
    throw new Error(`${silent.join(' and ')}: no call was answered within ${FLOW_MS / 1000} s; ${heard}`);
  }

  /** What was acknowledged since the last time, or since the beginning; while it rests. */
  take(from: 'the last time' | 'the beginning' = 'the last time'): Acknowledgements {
    const { since, requests, writes: first } = from === 'the beginning' ? this.beginning : this.taken;
    this.taken = { since: Date.now(), requests: this.requestIds.length, writes: this.writes.length };
    const writes = this.writes.slice(first);
    const written = new Set(writes.map(({ secretId }) => secretId));
    // Of a write that was not acknowledged nobody knows since when it has its effect.
    const current = [...this.current].filter(([secretId, versions]) => written.has(secretId) || versions.length > 1);
    return { since, requestIds: this.requestIds.slice(requests), writes, current: new Map(current) };
  }

  async stop(): Promise<void> {
    await this.rest();
    this.caller.close();
  }

  /** The kinds of calls of which none was answered since then. */
  private silentSince(at: number): string[] {
    return [...this.answers].flatMap(([kind, all]) => ((all.at(-1) ?? 0) > at ? [] : [kind]));
  }

  private async prepare(): Promise<void> {
    const secrets = await Promise.all(Array.from({ length: 4 }, () => this.create(unique('fault'))));
    const rotating = await this.create(unique('fault-rotation'));
    const add = (kind: string, call: (n: number) => Promise<unknown>) => this.tasks.push({ kind, call });
    for (let i = 0; i < 3; i++) add('read', (n) => this.read(secrets[n % secrets.length]!));
    add('create', () => this.create(unique('fault')));
    for (const secret of secrets.slice(0, 2)) {
      add(
        'put',
        this.inSecrets(secret, (secretId) => this.put(secretId)),
      );
    }
    add(
      'rotate',
      this.inSecrets(rotating, (secretId) => this.rotate(secretId)),
    );
    const ask = (program: ServiceName, call: () => Promise<Acknowledged<unknown>>) =>
      add(program, () => this.ask(program, call()));
    const { caller } = this;
    const [keys, users] = [ListKeysRequest.fromPartial({}), ListUsersRequest.fromPartial({})];
    const [functions, rules] = [ListRotationFunctionsRequest.fromPartial({}), ListRulesRequest.fromPartial({})];
    const [events, prices] = [LookupEventsRequest.fromPartial({ maxResults: 1 }), GetPriceListRequest.fromPartial({})];
    ask('crypto-keyservice', () => caller.call('crypto-keyservice', keyService, 'listKeys', keys));
    ask('identity-service', () => caller.call('identity-service', identityService, 'listUsers', users));
    ask('audit-service', () => caller.call('audit-service', auditService, 'lookupEvents', events));
    ask('rotation-worker', () => caller.call('rotation-worker', rotationService, 'listRotationFunctions', functions));
    ask('notification-service', () => caller.call('notification-service', ruleService, 'listRules', rules));
    ask('usage-service', () => caller.call('usage-service', usageService, 'getPriceList', prices));
    for (const { kind } of this.tasks) this.answers.set(kind, []);
  }

  private async work(kind: string, call: (n: number) => Promise<unknown>): Promise<void> {
    for (let n = 0; this.isRunning; n++) {
      try {
        await call(n);
      } catch (error) {
        const { kind: ofError, reason, message } = error as DomainError;
        this.failures.push({ kind, error: ofError ? `${ofError} ${reason}: ${message}` : String(error), at: Date.now() });
      }
      await sleep(PAUSE_MS);
    }
  }

  private async ask<T>(kind: string, call: Promise<Acknowledged<T>>): Promise<T> {
    const { response, requestId } = await call;
    this.requestIds.push(requestId);
    this.answers.get(kind)?.push(Date.now());
    return response;
  }

  /** Writes to a secret, and to a new one before it is full. */
  private inSecrets(first: string, write: (secretId: string) => Promise<void>): () => Promise<void> {
    let [secretId, versions] = [first, 0];
    return async () => {
      if (versions === VERSIONS_A_SECRET) [secretId, versions] = [await this.create(unique('fault')), 0];
      await write(secretId);
      versions++;
    };
  }

  private async read(secretId: string): Promise<void> {
    const request = GetSecretValueRequest.fromPartial({ secretId });
    await this.ask('read', this.caller.call('secrets-api', secretsService, 'getSecretValue', request));
  }

  private async create(name: string): Promise<string> {
    const write = this.newWrite(name);
    const { versionId: clientRequestToken, value } = write;
    const request = CreateSecretRequest.fromPartial({ name, clientRequestToken, value: text(value) });
    await this.ask('create', this.caller.call('secrets-api', secretsService, 'createSecret', request));
    this.acknowledge(write);
    return name;
  }

  private async put(secretId: string): Promise<void> {
    const write = this.newWrite(secretId);
    const { versionId: clientRequestToken, value } = write;
    const request = PutSecretValueRequest.fromPartial({ secretId, clientRequestToken, value: text(value) });
    this.mayBecomeCurrent(write);
    await this.ask('put', this.caller.call('secrets-api', secretsService, 'putSecretValue', request));
    this.acknowledge(write);
  }

  /** Done when its version is AWSCURRENT. One that may have begun is asked for again, since a secret has one at a time. */
  private async rotate(secretId: string): Promise<void> {
    const versionId = (this.rotation ??= randomUUID());
    const request = RotateSecretRequest.fromPartial({
      secretId,
      clientRequestToken: versionId,
      rotationLambdaArn: 'strongroom-password',
    });
    this.mayBecomeCurrent({ secretId, versionId });
    await this.ask('rotate', this.caller.call('secrets-api', secretsService, 'rotateSecret', request));
    const until = Date.now() + ROTATION_MS;
    const describe = DescribeSecretRequest.fromPartial({ secretId });
    for (;;) {
      const described = await this.ask('rotate', this.caller.call('secrets-api', secretsService, 'describeSecret', describe));
      if (described.versionIdsToStages[versionId]?.stages.includes('AWSCURRENT')) break;
      if (Date.now() > until) throw new Error(`the rotation ${versionId} of ${secretId} did not end within ${ROTATION_MS} ms`);
      await sleep(PAUSE_MS);
    }
    this.rotation = undefined;
    this.acknowledge({ secretId, versionId });
  }

  private newWrite(secretId: string) {
    const versionId = randomUUID();
    return { secretId, versionId, value: `value ${versionId}` };
  }

  private mayBecomeCurrent({ secretId, versionId }: Write): void {
    this.current.set(secretId, [...new Set(this.current.get(secretId)).add(versionId)]);
  }

  private acknowledge(write: Write): void {
    this.writes.push(write);
    this.current.set(write.secretId, [write.versionId]);
  }
}
