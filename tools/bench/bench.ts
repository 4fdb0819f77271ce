import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  GetSecretValueRequest,
  GetSecretValueResponse,
  type SecretsServiceClient,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { callUnary } from '@strongroom/grpc-kit';
import { findFreePorts, LocalCluster, type Processes, usageOfAll } from '@strongroom/local-cluster';
import { HTTP_ECHO, measureAgent, serveHttpEcho } from './agent-load';
import { type AtRest, measureAtRest } from './at-rest';
import { startEcho } from './echo-process';
import { type HttpsCaller, httpsCall, lengthOfAnswer, signedGetSecretValue } from './gateway-load';
import { connectTo, createFirstSecret } from './clients';
import { goalsOf } from './goals';
import { keyScenarios } from './key-scenarios';
import { type Call, closedLoop } from './load';
import { ECHO as ECHO_PROCESS, measure, type Measurable, type Measurement, type RoundOptions } from './measure';
import { createPolicyLadenUser } from './policy-laden-user';
import { profile, type ProfiledScenario, profiling } from './profiles';
import { measureReEncryption, type ReEncryptionMeasurement } from './re-encryption';
import { machine, profileTables, tables, writeProfiles, writeReport } from './report';
import { measureRotations, type RotationMeasurement } from './rotations';
import {
  filterScenarios,
  gatewayScenarios,
  getSecretValue,
  overloadScenarios,
  readScenarios,
  scaleScenarios,
  steadyCalls,
  tokenAt,
  writeScenarios,
  type ScenarioSurroundings,
} from './scenarios';
import { nameOf, seedSecrets } from './seeding';
import { STEADY_RATE, steadyLoad, type SteadyMeasurement } from './steady';
import { measureTrail, type TrailMeasurement } from './trail';
import { measureWatching, type WatchMeasurement } from './watching';

export interface BenchOptions {
  /** Takes less than a minute: fewer secrets and rounds, and less reliable figures. */
  quick: boolean;
  /** Text that the names of the scenarios contain; default: all scenarios. */
  only?: string;
  /** CPU profiles of the services instead of figures, one scenario after the other. */
  profile?: boolean;
  /** How long the steady load lasts, and its calls a second; default: ten minutes, 500. */
  seconds?: number;
  rate?: number;
  /** Events of the trail that is measured; default: 200,000. */
  events?: number;
}

export const full = {
  few: 1_000,
  spread: 10_000,
  many: 1_000_000,
  rounds: 5,
  seconds: 3,
  warmUpSeconds: 2,
  rotations: 1_000,
  atRestSeconds: 20,
  steadySeconds: 600,
  dataKeys: 100_000,
  watchers: 10_000,
  trailEvents: 200_000,
  ingested: 60_000,
};
export const quick = {
  few: 1_000,
  spread: 1_000,
  many: 0,
  rounds: 1,
  seconds: 0.7,
  warmUpSeconds: 0.4,
  rotations: 200,
  atRestSeconds: 3,
  steadySeconds: 5,
  dataKeys: 5_000,
  watchers: 500,
  trailEvents: 20_000,
  ingested: 5_000,
};

const RESULTS = 'dist/bench';
const PROFILES = `${RESULTS}/profiles`;

/** The connections of callers who ask for more than there is. */
const CROWD = 8;

const say = (line: string) => console.log(line);

const memoryOf = (processes: Processes): Record<string, number> =>
  Object.fromEntries([...usageOfAll(processes)].map(([name, { memory }]) => [name, memory]));

/** The yardstick was measured with every group; the table shows it once for each number in flight. */
const onlyOneEcho = (measurements: Measurement[]): Measurement[] =>
  measurements.filter(
    (one, index) =>
      !one.isYardstick ||
      measurements.findIndex(({ name, inFlight }) => name === one.name && inFlight === one.inFlight) === index,
  );

interface Measured {
  atRest: AtRest;
  measurements: Measurement[];
  rotations: RotationMeasurement[];
  reEncryption: ReEncryptionMeasurement | undefined;
  steady: SteadyMeasurement | undefined;
  watching: WatchMeasurement | undefined;
  trail: TrailMeasurement | undefined;
}

interface Callers {
  hotArn: string;
  policyLaden: SecretsServiceClient;
  crowd: SecretsServiceClient[];
  gateway: HttpsCaller;
  httpsEcho: HttpsCaller;
}

class Bench {
  private readonly size;
  private readonly client: SecretsServiceClient;
  private phase = '';
  private readonly profiles: ProfiledScenario[] = [];

  constructor(
    private readonly options: BenchOptions,
    private readonly cluster: LocalCluster,
  ) {
    this.size = options.quick ? quick : full;
    this.client = connectTo(cluster);
  }

  async run(): Promise<void> {
    const { cluster, client } = this;
    const tick = setInterval(() => say(`  … ${this.phase}`), 5_000);
    let echo: ChildProcess | undefined;
    try {
      await createFirstSecret(client);
      const hot = await callUnary(client.getSecretValue.bind(client), GetSecretValueRequest.fromPartial({ secretId: nameOf(0) }));
      const port = await findFreePorts(2);
      const signed = signedGetSecretValue(cluster, nameOf(0));
      const gateway = httpsCall(signed);
      const reply = Buffer.from(GetSecretValueResponse.encode(hot).finish());
      echo = await startEcho({
        port,
        tls: cluster.serviceCertificate('secrets-api'),
        reply: reply.toString('base64'),
        https: { port: port + 1, reply: 'x'.repeat(await lengthOfAnswer(signed)) },
      });
      const httpsEcho = httpsCall(signed, port + 1);
      say(`The echo answers ${reply.length} bytes, as GetSecretValue does.`);
      const echoClient = connectTo(cluster, { address: `localhost:${port}` });
      const servers: Processes = new Map(cluster.components.map((name) => [name, cluster.pid(name)!] as const));
      const processes: Processes = new Map([[ECHO_PROCESS, echo.pid!], ...servers, ['client', process.pid]]);
      this.phase = 'measuring the cluster at rest';
      const atRest = await this.atRest(servers);
      const policyLaden = connectTo(cluster, { tls: await createPolicyLadenUser(cluster) });
      const crowd = Array.from({ length: CROWD }, () => connectTo(cluster));
      const echoCall = getSecretValue(echoClient, () => nameOf(0));
      const measurements = await this.measure(processes, echoCall, { hotArn: hot.arn, policyLaden, crowd, gateway, httpsEcho });
      const rotations = await this.rotate(processes);
      const reEncryption = await this.reEncrypt(processes);
      const steady = await this.steady(processes);
      const watching = await this.watch(processes);
      const trail = await this.trail(processes);
      if (this.options.profile) {
        say(`\n${profileTables(this.profiles)}\n\n${writeProfiles(RESULTS, this.profiles)}\n${PROFILES}`);
      } else {
        this.report({ processes, atRest, measurements, rotations, reEncryption, steady, watching, trail });
      }
      for (const one of crowd) one.close();
      gateway.close();
      httpsEcho.close();
      policyLaden.close();
      echoClient.close();
    } finally {
      clearInterval(tick);
      client.close();
      echo?.kill('SIGKILL');
    }
  }

  private report({ processes, ...measured }: Measured & { processes: Processes }): void {
    const { measurements, rotations, atRest, watching } = measured;
    const report = {
      machine: machine(),
      date: new Date().toISOString().slice(0, 10),
      ...measured,
      goals: goalsOf(measurements, rotations, atRest, watching),
      memory: memoryOf(processes),
    };
    say(`\n${tables(report)}\n`);
    for (const path of writeReport(RESULTS, report)) say(path);
  }

  private async measure(
    processes: Processes,
    echo: Call,
    { hotArn, policyLaden, crowd, gateway, httpsEcho }: Callers,
  ): Promise<Measurement[]> {
    const { size, client } = this;
    const options = { ...size, processes, echo, report: (line: string) => (this.phase = line) };
    const among = async (count: number): Promise<ScenarioSurroundings> => {
      say(`Seeding ${count} secrets …`);
      await seedSecrets(this.cluster, { count, report: (line) => (this.phase = `seeding: ${line}`) });
      return { client, policyLaden, hotArn, count, deepToken: await tokenAt(client, Math.floor(count / 100 / 2)) };
    };
    const measurements: Measurement[] = [];
    const { only = '' } = this.options;
    const many = only === '' || only.includes('among') ? size.many : 0;
    const take = async (scenarios: Measurable[], against: Partial<RoundOptions> = {}) => {
      const what = scenarios.filter(({ name }) => name.includes(only));
      if (what.length === 0) return;
      if (this.options.profile) return this.profile(what);
      say(`Measuring ${what.length} scenarios, ${size.rounds} rounds of ${size.seconds} s each …`);
      measurements.push(...(await measure(what, { ...options, ...against })));
    };
    if (many) await take(scaleScenarios(await among(size.few)));
    const surroundings = await among(size.spread);
    await take(readScenarios(surroundings));
    await take(overloadScenarios(crowd));
    await take(gatewayScenarios(gateway.call), { echo: httpsEcho.call, echoName: 'HTTPS echo' });
    if (!this.options.profile) {
      measurements.push(...(await measureAgent(this.cluster, { ...options, only, secretId: nameOf(0), bundle: __filename })));
    }
    const keys = await keyScenarios(this.cluster);
    await take(keys.scenarios);
    keys.close();
    await take(writeScenarios(surroundings));
    if (many) {
      const surroundings = await among(many);
      await take([...scaleScenarios(surroundings), ...filterScenarios(surroundings)]);
    }
    return onlyOneEcho(measurements);
  }

  private async profile(what: readonly Measurable[]): Promise<void> {
    for (const scenario of what) {
      const { name, inFlight, call } = scenario;
      const run = () => closedLoop(call, inFlight, 2 * this.size.seconds);
      this.phase = `warming up ${name}`;
      await run();
      await this.profileWork(`${name}, ${inFlight} in flight`, run);
    }
  }

  private async profileWork<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    this.phase = `profiling ${name}`;
    let result: Promise<Result> | undefined;
    const services = await profile(this.cluster, PROFILES, name, () => (result = work()));
    this.profiles.push({ name, services });
    return result!;
  }

  private async rotate(processes: Processes): Promise<RotationMeasurement[]> {
    const { client, cluster, size } = this;
    if (!'rotations, due at once'.includes(this.options.only ?? '')) return [];
    say(`Rotating ${size.rotations} database users …`);
    const { profile: isProfiled } = this.options;
    return measureRotations({
      client,
      cluster,
      processes,
      count: size.rotations,
      report: (line) => (this.phase = line),
      around: isProfiled ? (name, work) => this.profileWork(name, work) : undefined,
    });
  }

  private async reEncrypt(processes: Processes): Promise<ReEncryptionMeasurement | undefined> {
    const { cluster, size } = this;
    const { only = '', profile: isProfiled } = this.options;
    if (isProfiled || !'re-encryption of data keys'.includes(only)) return undefined;
    say(`Re-encrypting ${size.dataKeys} data keys …`);
    return measureReEncryption({ cluster, processes, count: size.dataKeys, report: (line) => (this.phase = line) });
  }

  private async atRest(servers: Processes): Promise<AtRest> {
    const work = () => measureAtRest(servers, this.size.atRestSeconds);
    const { only = '', profile: isProfiled } = this.options;
    if (!isProfiled) return work();
    return 'at rest'.includes(only) ? this.profileWork('at rest', work) : { seconds: 0, used: {} };
  }

  private async steady(processes: Processes): Promise<SteadyMeasurement | undefined> {
    const { only = '', profile: isProfiled, seconds = this.size.steadySeconds, rate = STEADY_RATE } = this.options;
    if (isProfiled || !'steady load'.includes(only)) return undefined;
    say(`A steady load for ${seconds} s …`);
    this.phase = 'a steady load';
    return steadyLoad(...steadyCalls(this.client, this.size.spread), { seconds, rate, memory: () => memoryOf(processes) });
  }

  private async watch(processes: Processes): Promise<WatchMeasurement | undefined> {
    const { client, cluster, size } = this;
    const { only = '', profile: isProfiled } = this.options;
    if (!'watching secrets'.includes(only)) return undefined;
    say(`Watching secrets by ${size.watchers} streams …`);
    return measureWatching({
      client,
      cluster,
      processes,
      watchers: size.watchers,
      secrets: size.spread,
      seconds: size.atRestSeconds,
      report: (line) => (this.phase = line),
      around: isProfiled ? (name, work) => this.profileWork(name, work) : undefined,
    });
  }

  private async trail(processes: Processes): Promise<TrailMeasurement | undefined> {
    const { cluster, size } = this;
    const { only = '', profile: isProfiled, events = size.trailEvents } = this.options;
    if (isProfiled || !'the audit trail'.includes(only)) return undefined;
    say(`A trail of ${events} events …`);
    return measureTrail({ cluster, processes, events, ingested: size.ingested, report: (line) => (this.phase = line) });
  }
}

/** Runs the benchmark on its own cluster, which is removed afterwards. */
export const runBench = async (options: BenchOptions): Promise<void> => {
  const home = mkdtempSync(resolve('.strongroom-bench-'));
  say('Starting a cluster of its own …');
  const cluster = await LocalCluster.start({
    home,
    // The users that rotate are on the cluster's own database, which rotation would otherwise avoid.
    environment: { STRONGROOM_ROTATION_EGRESS: 'allow 127.0.0.1:1-65535', ...(options.profile ? profiling(PROFILES) : {}) },
  });
  try {
    await new Bench(options, cluster).run();
  } finally {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

if (require.main === module && process.argv[2] === HTTP_ECHO) serveHttpEcho(Number(process.argv[3]), Number(process.argv[4]));
