import { describeWith } from '@strongroom/testing';
import { ConsoleBrowser, type ConsoleServer, type ConsoleVisit, type VisitOptions } from '@strongroom/testing/browser';
import type { Api } from './api';
import { System, type RunningSystem } from './system';

/** The console of a cluster: the first replica, if it has several. */
export const consoleOf = ({ cluster }: RunningSystem): ConsoleServer => ({
  endpoint: cluster
    .endpoint('console')
    .split(',')[0]!
    .replace(/^127\.0\.0\.1:/, 'localhost:'),
  caFile: cluster.adminCertificate.caFile,
});

/** What suites of the console have: a cluster that runs, a browser, and short ways to sign in. */
export class ConsoleFixture {
  private running?: { system: RunningSystem; browser: ConsoleBrowser };
  private readonly visits: ConsoleVisit[] = [];

  get system(): RunningSystem {
    return this.started.system;
  }

  get browser(): ConsoleBrowser {
    return this.started.browser;
  }

  /** A person opens the console and has not signed in. */
  async visit(options?: VisitOptions): Promise<ConsoleVisit> {
    const visit = await this.browser.visit(options);
    this.visits.push(visit);
    return visit;
  }

  /** A person signs in by a link of their own, and sees the first page; default: the administrator. */
  async signIn({ by = this.system.admin, ...options }: VisitOptions & { by?: Api } = {}): Promise<ConsoleVisit> {
    const [visit, { token }] = await Promise.all([this.visit(options), by.identity.createSignInLink()]);
    await visit.signIn(token);
    return visit;
  }

  async start(): Promise<void> {
    const system = await System.running();
    this.running = { system, browser: await ConsoleBrowser.launch(consoleOf(system)) };
  }

  /** Ends the visits of one test. @returns what has happened that must not */
  async leave(): Promise<string[]> {
    const visits = this.visits.splice(0);
    const problems = (await Promise.all(visits.map((visit) => visit.problems()))).flat();
    await Promise.all(visits.map((visit) => visit.close()));
    return problems;
  }

  async stop(): Promise<void> {
    await this.running?.browser.remove();
    await this.running?.system.stop();
  }

  private get started() {
    if (!this.running) throw new Error('the browser has not been started');
    return this.running;
  }
}

/**
 * Tests in a browser: skipped where Chromium is not installed. Each test fails if on one of its pages happens what must not; see
 * `ConsoleVisit`.
 */
export const describeConsole = (name: string, tests: (console: ConsoleFixture) => void): void =>
  describeWith('chromium', name, () => {
    const fixture = new ConsoleFixture();
    beforeAll(() => fixture.start());
    afterEach(async () => expect(await fixture.leave()).toEqual([]));
    afterAll(() => fixture.stop());
    tests(fixture);
  });
