import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js';
import { pollUntil } from '@strongroom/clock';
import {
  PutSecretValueRequest,
  SecretsServiceClient,
  WatchSecretsRequest,
  type WatchSecretsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { callUnary, connect } from '@strongroom/grpc-kit';
import { cpuBetween, type LocalCluster, type Processes, type Usage, usageOfAll, usedBetween } from '@strongroom/local-cluster';
import { forAll, fractionOf, median } from './load';
import { nameOf, sampleValue } from './seeding';
import { createWatchingUsers } from './watching-users';

/** Milliseconds from a change to its notices. */
export interface Delays {
  p50: number;
  p99: number;
  max: number;
}

/** A secrets-api with many watchers, each of which is a stream with one watch. */
export interface WatchMeasurement {
  watchers: number;
  users: number;
  /** From the first stream until all were ready. */
  seconds: number;
  /** CPU microseconds of secrets-api for each watcher that began. */
  beginning: number;
  /** Resident memory of secrets-api for each watcher while nothing changes, bytes. */
  memory: number;
  /** CPU of secrets-api while nothing changes, microseconds a second: without watchers and with them. */
  atRest: { without: number; with: number };
  /** Changes of secrets that one watcher has each. */
  changes: { count: number; perSecond: number; sinceAnswer: Delays; sinceRequest: Delays };
  /** Changes of one secret that all of them watch, one after the other. */
  fanOut: {
    count: number;
    /** Medians over the changes: until so many of the watchers had heard it, since the answer to the writer. */
    p50: number;
    last: number;
    /** CPU microseconds for each notice, by process. */
    cpu: Record<string, number>;
  };
}

interface WatchOptions {
  cluster: LocalCluster;
  /** The caller who changes secrets. */
  client: SecretsServiceClient;
  processes: Processes;
  watchers: number;
  /** How many `bench/…` secrets there are; the watchers take them in turn. */
  secrets: number;
  /** Of each reading at rest, and of the changes. */
  seconds: number;
  report: (line: string) => void;
  /** Wraps what is measured under a name; it must call it once. */
  around?: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;
}

/** As many as one caller may have. */
const STREAMS_OF_USER = 16;
/** Clients come one after another, not all at once. */
const BEGINNING_AT_ONCE = 16;
const REFUSED_MS = 200;
const CHANGES_PER_SECOND = 50;
const FAN_OUTS = 10;
const [OWN, COMMON] = [1, 2];
const SERVER = 'secrets-api';
/** After this, what began does no more work of its own, and its garbage has been collected. Milliseconds. */
const SETTLING_MS = 20_000;
const PATIENCE_MS = 120_000;
const OPTIONS = { timeoutMs: 30_000 };

/** A version that is written, and who hears of it when. */
interface Change {
  requestedAt: number;
  answeredAt: number;
  heardAt: number[];
}

class WatchBench {
  private readonly clients: SecretsServiceClient[] = [];
  private readonly streams: ClientDuplexStream<WatchSecretsRequest, WatchSecretsResponse>[] = [];
  private readonly changes = new Map<string, Change>();
  private ready = 0;
  private failure: Error | undefined;

  constructor(private readonly options: WatchOptions) {}

  async run(): Promise<WatchMeasurement> {
    const { watchers, cluster, report, around = (_name, work) => work() } = this.options;
    const users = Math.ceil(watchers / STREAMS_OF_USER);
    report(`creating ${users} users who watch`);
    const { address, service } = { address: cluster.endpoint('secrets-api'), service: 'bench' };
    for (const tls of await createWatchingUsers(cluster, users))
      this.clients.push(connect(SecretsServiceClient, { address, tls, service }));
    const without = await this.atRest('without watchers');
    const before = usageOfAll(this.options.processes);
    const start = performance.now();
    await around('watching, streams that begin', () => this.beginAll());
    const seconds = (performance.now() - start) / 1_000;
    const beginning = cpuOf(before, usageOfAll(this.options.processes)) / watchers;
    const resting = await around('watching, at rest', () => this.atRest(`with ${watchers} watchers`));
    const changes = await around('watching, changes for one watcher each', () => this.changeMany());
    await this.watchOne();
    const fanOut = await around('watching, changes for all watchers', () => this.changeOne());
    return {
      watchers,
      users,
      seconds,
      beginning,
      memory: (resting.memory - without.memory) / watchers,
      atRest: { without: without.cpuMicros, with: resting.cpuMicros },
      changes,
      fanOut,
    };
  }

  close(): void {
    for (const stream of this.streams) stream.on('error', () => undefined).cancel();
    for (const client of this.clients) client.close();
  }

  /** CPU of secrets-api a second, and its memory. */
  private async atRest(what: string): Promise<Pick<Usage, 'cpuMicros' | 'memory'>> {
    const { processes, seconds, report } = this.options;
    report(`at rest ${what}`);
    await sleep(SETTLING_MS);
    const before = usageOfAll(processes);
    await sleep(seconds * 1_000);
    const { cpuMicros, memory } = usedBetween(before, usageOfAll(processes)).get(SERVER)!;
    return { cpuMicros: cpuMicros / seconds, memory };
  }

  private async beginAll(): Promise<void> {
    const { watchers } = this.options;
    await forAll(watchers, (n) => this.begin(n), BEGINNING_AT_ONCE);
    await this.areReady(watchers);
  }

  /** Resolves when the server has answered. */
  private async begin(n: number): Promise<void> {
    for (;;) {
      const stream = this.clients[n % this.clients.length]!.watchSecrets();
      const refusal = new Promise<ServiceError | undefined>((resolve) =>
        stream.once('data', () => resolve(undefined)).once('error', resolve),
      );
      stream.on('data', (response: WatchSecretsResponse) => this.hear(response));
      stream.write(this.watch(OWN, nameOf(n % this.options.secrets)));
      const refused = await refusal;
      if (refused === undefined) {
        stream.on('error', (error) => (this.failure ??= error));
        this.streams.push(stream);
        return;
      }
      // Hundreds of handshakes may keep the server from hearing identity-service in time.
      if (refused.code !== status.UNAVAILABLE) throw refused;
      await sleep(REFUSED_MS);
    }
  }

  private watch(id: number, secretId: string): WatchSecretsRequest {
    return WatchSecretsRequest.fromPartial({ add: [{ id, what: { $case: 'secretId', value: secretId } }] });
  }

  private hear({ notices, ready }: WatchSecretsResponse): void {
    const now = performance.now();
    this.ready += ready.length;
    for (const { state } of notices) {
      if (state?.$case !== 'readable') continue;
      for (const version of Object.keys(state.value.versionsToStages)) this.changes.get(version)?.heardAt.push(now);
    }
  }

  private async areReady(count: number): Promise<void> {
    await this.until(`${count} watches are ready`, () => this.ready >= count);
  }

  private async until(what: string, probe: () => boolean): Promise<void> {
    const isSo = () => {
      if (this.failure) throw this.failure;
      return probe();
    };
    if (!(await pollUntil(isSo, PATIENCE_MS, 5))) throw new Error(`not in time: ${what}`);
  }

  private async put(secretId: string): Promise<Change> {
    const { client } = this.options;
    const clientRequestToken = randomUUID();
    const change: Change = { requestedAt: performance.now(), answeredAt: NaN, heardAt: [] };
    // The state after the next change names the version again, as the previous one.
    this.changes.set(clientRequestToken, change);
    const value = { value: { $case: 'secretString' as const, value: sampleValue(this.changes.size) } };
    const request = PutSecretValueRequest.fromPartial({ secretId, clientRequestToken, value });
    await callUnary(client.putSecretValue.bind(client), request, OPTIONS);
    change.answeredAt = performance.now();
    return change;
  }

  /** At their own pace, each of another secret. */
  private async changeMany(): Promise<WatchMeasurement['changes']> {
    const { seconds, watchers, secrets, report } = this.options;
    report('changes for one watcher each');
    const count = Math.min(seconds * CHANGES_PER_SECOND, watchers, secrets);
    const puts: Promise<Change>[] = [];
    for (const start = performance.now(); puts.length < count;) {
      const due = ((performance.now() - start) / 1_000) * CHANGES_PER_SECOND;
      while (puts.length < Math.min(due, count)) puts.push(this.put(nameOf(puts.length)));
      await sleep(2);
    }
    const changes = await Promise.all(puts);
    await this.until('each change is heard', () => changes.every(({ heardAt }) => heardAt.length > 0));
    const since = (moment: 'requestedAt' | 'answeredAt') =>
      delaysOf(changes.map((change) => change.heardAt[0]! - change[moment]));
    return { count, perSecond: CHANGES_PER_SECOND, sinceAnswer: since('answeredAt'), sinceRequest: since('requestedAt') };
  }

  private async watchOne(): Promise<void> {
    const until = this.ready + this.streams.length;
    for (const stream of this.streams) stream.write(this.watch(COMMON, nameOf(0)));
    await this.areReady(until);
    await sleep(SETTLING_MS);
  }

  private async changeOne(): Promise<WatchMeasurement['fanOut']> {
    const { processes, report } = this.options;
    const before = usageOfAll(processes);
    const delays: Delays[] = [];
    for (let n = 1; n <= FAN_OUTS; n++) {
      report(`change ${n} of ${FAN_OUTS} for all watchers`);
      this.changes.clear();
      const change = await this.put(nameOf(0));
      await this.until('all have heard the change', () => change.heardAt.length >= this.streams.length);
      delays.push(delaysOf(change.heardAt.slice(0, this.streams.length).map((at) => at - change.answeredAt)));
    }
    const notices = FAN_OUTS * this.streams.length;
    const cpu = [...cpuBetween(before, usageOfAll(processes))].map(([name, micros]) => [name, micros / notices] as const);
    return {
      count: FAN_OUTS,
      p50: median(delays.map(({ p50 }) => p50)),
      last: median(delays.map(({ max }) => max)),
      cpu: Object.fromEntries(cpu),
    };
  }
}

const delaysOf = (values: readonly number[]): Delays => {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: fractionOf(sorted, 0.5), p99: fractionOf(sorted, 0.99), max: sorted.at(-1) ?? NaN };
};

const cpuOf = (before: Map<string, Usage>, after: Map<string, Usage>): number => cpuBetween(before, after).get(SERVER)!;

/** Opens streams of many users, and measures what they cost and when they hear of changes. */
export async function measureWatching(options: WatchOptions): Promise<WatchMeasurement> {
  const bench = new WatchBench(options);
  try {
    return await bench.run();
  } finally {
    bench.close();
  }
}
