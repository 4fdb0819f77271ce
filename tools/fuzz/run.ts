import { setTimeout as delay } from 'node:timers/promises';
import { type LocalCluster, programNames, userUri } from '@strongroom/local-cluster';
import { scanForCanaries, TestPki } from '@strongroom/testing';
import { checkAnswer } from './checks/answers';
import { checkCanary } from './checks/canary';
import { checkExistence } from './checks/existence';
import { type Finding, generalise } from './checks/finding';
import { checkHeld } from './checks/held';
import { LogWatch } from './checks/logs';
import { ProcessWatch } from './checks/processes';
import { checkTrail, type Expected, expectedEvent } from './checks/trail';
import { Report } from './report';
import { Dice } from './requests/dice';
import { type Plan, Planner, type Request } from './requests/plan';
import { drawLies, rotateAgainst, targetOf } from './rotations';
import type { Answer } from './senders/answer';
import { GrpcSender } from './senders/grpc-sender';
import { HttpsSender } from './senders/https-sender';
import { WireSender } from './senders/wire-sender';
import { unique } from './world/account';
import { buildWorld, type Stage } from './world/build-world';

export interface RunOptions {
  cluster: LocalCluster;
  seed: string;
  /** Of OpenID Connect, that the cluster believes. */
  issuers?: readonly string[];
  /** Plans. */
  count: number;
  /** The end of the run, even if plans are left; milliseconds since the Unix epoch. */
  until?: number;
  /** Carries out this plan alone. */
  only?: number;
  /** Rotations of secrets whose servers lie, beside the plans; Infinity: each lie to each function. Default none. */
  rotations?: number;
  /** Plans at a time. */
  concurrency?: number;
  say?: (line: string) => void;
}

export interface RunResult {
  report: Report;
  plans: number;
  requests: number;
  rotations: number;
  seconds: number;
  /** How many answers had which status, by the way they went. */
  statuses: Record<string, number>;
  memory: Record<string, string>;
}

const CONCURRENCY = 32;
/** The number of calls after which their events are looked up in the trail. */
const TRAIL_BATCH = 4_000;
const TRAIL_PATIENCE_MS = 60_000;
const TRAIL_PAUSE_MS = 2_000;
const LOOK_MS = 500;
const ROTATIONS_AT_ONCE = 8;
const NEVER_MS = 90_000;
/** A difference that occurs once may be due to what somebody else did meanwhile. */
const CONFIRMATIONS = 2;

/** Sends the requests of a seed to a cluster and checks what comes of them. */
export async function run(options: RunOptions): Promise<RunResult> {
  const say = options.say ?? (() => undefined);
  say('Making accounts, users and things of the run’s own …');
  const stage = await buildWorld(options.cluster, options.issuers ?? []);
  // An authority that nobody believes.
  const pki = await TestPki.create();
  const uri = userUri(unique('nobody'));
  const falseCertificates = {
    unbound: await options.cluster.issueClientCertificate(uri),
    foreign: await pki.issueFiles({ uri: stage.cast.owner.uri }),
  };
  const senders = {
    grpc: new GrpcSender(options.cluster, stage.cast, falseCertificates),
    https: new HttpsSender(options.cluster, stage.cast),
    wire: new WireSender(options.cluster),
  };
  try {
    return await new Run(options, stage, senders, say).carryOut();
  } finally {
    for (const sender of Object.values(senders)) sender.close();
    for (const account of Object.values(stage.accounts)) account.close();
    pki.drop();
  }
}

/** Stands for a missing answer, whatever the clients' own timers say. */
const never = (signal: AbortSignal): Promise<Answer> =>
  delay(NEVER_MS, undefined, { signal }).then(
    () => ({ status: 'timeout', reason: '', message: 'no answer', details: [], content: '', elapsedMs: NEVER_MS }),
    () => new Promise(() => undefined),
  );

interface Senders {
  grpc: GrpcSender;
  https: HttpsSender;
  wire: WireSender;
}

class Run {
  private readonly report: Report;
  private readonly planner: Planner;
  private readonly watch: ProcessWatch;
  private readonly logs: LogWatch;
  private readonly statuses: Record<string, number> = {};
  private readonly startedAt = Date.now();
  private expected: Expected[] = [];
  private readonly away: { finding: Finding; plan: Plan; answers: Answer[] }[] = [];
  private expectedSince = new Date();
  private plans = 0;
  private requests = 0;
  private next = 0;
  private rotations = 0;
  private lost = 0;

  constructor(
    private readonly options: RunOptions,
    private readonly stage: Stage,
    private readonly senders: Senders,
    private readonly say: (line: string) => void,
  ) {
    const { cluster, seed } = options;
    this.report = new Report(seed, say);
    this.planner = new Planner(seed, stage.world);
    this.logs = new LogWatch(new Map(programNames.map((name) => [name, cluster.logFile(name)])));
    this.watch = new ProcessWatch(cluster.components.map((name) => ({ name, pid: () => cluster.pid(name) })));
  }

  async carryOut(): Promise<RunResult> {
    const { only, concurrency = CONCURRENCY } = this.options;
    const looking = setInterval(() => this.look(), LOOK_MS);
    try {
      if (only !== undefined) {
        await this.perform(this.planner.plan(only));
        await this.checkAway();
      } else {
        const rotating = this.rotate();
        while (!this.isOver) {
          await Promise.all(Array.from({ length: concurrency }, () => this.work()));
          this.progress();
          await this.checkAway();
          await this.checkTrail();
          this.progress('trail');
        }
        await rotating;
      }
      await this.checkTrail();
      this.look();
      for (const finding of checkHeld(this.senders.wire.held, Date.now())) this.report.add(finding);
      await this.checkCanary();
      this.progress('canary');
    } finally {
      clearInterval(looking);
    }
    const { report, plans, requests, rotations, statuses } = this;
    const seconds = (Date.now() - this.startedAt) / 1_000;
    return { report, plans, requests, rotations, seconds, statuses, memory: this.watch.memory };
  }

  private get isOver(): boolean {
    return this.lost > 3 || this.next >= this.options.count || this.isOutOfTime;
  }

  private get isOutOfTime(): boolean {
    return Date.now() >= (this.options.until ?? Infinity);
  }

  private async work(): Promise<void> {
    while (!this.isOver && this.expected.length < TRAIL_BATCH) await this.perform(this.planner.plan(this.next++));
  }

  private async perform(plan: Plan): Promise<void> {
    this.plans++;
    const answers = await this.ask(plan);
    plan.requests.forEach((request, at) => {
      for (const finding of checkAnswer(plan, request, answers[at]!))
        if (finding.check === 'away') this.away.push({ finding, plan, answers });
        else this.report.add(finding, plan, answers);
    });
    const [difference] = checkExistence(plan, answers);
    if (difference !== undefined && (await this.isConfirmed(plan))) this.report.add(difference, plan, answers);
  }

  /** One after the other, so that the second does not meet work of the first that is still in flight. */
  private async ask(plan: Plan, isPatient = false): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const request of plan.requests) {
      const answer = await this.send(request, isPatient);
      const expected = expectedEvent(plan, request, answer);
      if (expected !== undefined) this.expected.push(expected);
      answers.push(answer);
    }
    return answers;
  }

  /**
   * On a busy machine a service may rightly fail to reach another in time. What a request breaks stays broken, so requests that
   * found a service away are sent again once the others have ended.
   */
  private async checkAway(): Promise<void> {
    for (const { finding, plan, answers } of this.away.splice(0)) {
      const again = await this.ask(plan, true);
      const isStill = plan.requests.some((request, at) =>
        checkAnswer(plan, request, again[at]!).some(({ check }) => check === finding.check),
      );
      if (isStill) this.report.add(finding, plan, answers);
    }
  }

  private async isConfirmed(plan: Plan): Promise<boolean> {
    for (let time = 0; time < CONFIRMATIONS; time++) {
      const backwards = await this.ask({ ...plan, requests: [...plan.requests].reverse() }, true);
      if (checkExistence(plan, backwards.reverse()).length === 0) return false;
    }
    return true;
  }

  private async send(request: Request, isPatient: boolean): Promise<Answer> {
    this.requests++;
    const patience = new AbortController();
    const answer = await Promise.race([this.sendBy(request, isPatient), never(patience.signal)]);
    patience.abort();
    const status = `${request.via} ${answer.status}`;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    return answer;
  }

  /** Never rejects. */
  private async rotate(): Promise<void> {
    const { seed, rotations = 0 } = this.options;
    const { accounts, world } = this.stage;
    const left = drawLies(new Dice(`${seed}:rotations`), rotations);
    const work = async () => {
      for (let lie = left.pop(); lie !== undefined && !this.isOutOfTime; lie = left.pop()) {
        this.rotations++;
        const target = targetOf(lie);
        const found = await rotateAgainst(lie, accounts.own, world.canary).catch((error: Error) => [
          { check: 'away', target, seen: generalise(error.message) },
        ]);
        for (const finding of found) this.report.add(finding);
      }
    };
    await Promise.all(Array.from({ length: ROTATIONS_AT_ONCE }, work));
  }

  private sendBy(request: Request, isPatient: boolean): Promise<Answer> {
    switch (request.via) {
      case 'grpc':
        return this.senders.grpc.send(request, isPatient);
      case 'https':
        return this.senders.https.send(request);
      case 'wire':
        return this.senders.wire.send(request);
    }
  }

  private look(): void {
    for (const finding of this.logs.look(this.next)) this.report.add(finding);
    for (const finding of this.watch.look(this.next)) {
      if (finding.check === 'a process ended') this.lost++;
      this.report.add(finding);
    }
  }

  /** Reads the trails of both accounts until they are complete or have had enough time. */
  private async checkTrail(): Promise<void> {
    const [expected, since] = [this.expected, this.expectedSince];
    this.expected = [];
    this.expectedSince = new Date();
    if (expected.length === 0) return;
    const end = Date.now() + TRAIL_PATIENCE_MS;
    for (let known = Infinity; ;) {
      const missing = checkTrail(expected, await this.recordedSince(since));
      // Events that are still on their way become fewer from look to look.
      if (missing.length === 0 || missing.length === known || Date.now() > end) {
        return missing.forEach((finding) => this.report.add(finding, this.planner.plan(finding.index!)));
      }
      known = missing.length;
      await delay(TRAIL_PAUSE_MS);
    }
  }

  private async recordedSince(since: Date): Promise<Set<string>> {
    const ids = new Set<string>();
    for (const { api } of Object.values(this.stage.accounts)) {
      const startTime = new Date(since.getTime() - 1_000);
      for await (const { requestId } of api.audit.lookupEvents({ filter: { startTime }, maxResults: 1_000 })) ids.add(requestId);
    }
    return ids;
  }

  private async checkCanary(): Promise<void> {
    const { cluster } = this.options;
    const processes = cluster.components.flatMap((name) =>
      ['cmdline', 'environ'].map((file) => `/proc/${cluster.pid(name)}/${file}`),
    );
    const { canary, control } = this.stage.world;
    const found = await scanForCanaries([cluster.home, ...processes], [canary, control]);
    for (const finding of checkCanary(found, cluster.home)) this.report.add(finding);
  }

  private progress(what = ''): void {
    const seconds = (Date.now() - this.startedAt) / 1_000;
    this.say(
      `  ${seconds.toFixed(1)} s ${what} ${this.next} plans, ${this.requests} requests, ${Math.round(this.requests / seconds)} a second, ${this.report.findings.length} faults`,
    );
  }
}
