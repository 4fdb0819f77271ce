import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ManualClock, MINUTE } from '@strongroom/clock';
import { transformer } from '@strongroom/console-api';
import { SignInResponse, type SignedIn } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { DomainError, throttled } from '@strongroom/errors';
import { serviceCertificate } from '@strongroom/local-cluster';
import { consoleServices, type Service } from '@strongroom/methods';
import { type RunningService, startService } from '@strongroom/service';
import { type Logger, Metrics } from '@strongroom/telemetry';
import { createTestRedis, temporaryDirectory, TestPki, type TestRedis } from '@strongroom/testing';
import { StreamTrailVerificationResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { type Others, serveConsole } from './server';
import type { Provider } from './single-sign-on/providers';

export const NOW = new Date('2026-11-24T12:00:00Z');
/** Stands in passwords, codes, tokens and values; never in a log. */
export const CANARY = 'canary-7f3a9c';
export const PASSWORD = `right-${CANARY}`;
export const TOKEN = `token-${CANARY}`;
export const COOKIE = '__Host-strongroom';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}
export interface Asked {
  service: string;
  method: string;
  request: Record<string, unknown>;
  options: { onBehalfOf: { credentialId: string; sourceIp: string; userAgent: string; requestId: string }; deadline: number };
}

/** The console on its own port, with a real Redis, in front of services that a test makes up. */
export class TestConsole {
  readonly clock = new ManualClock(NOW);
  readonly log: string[] = [];
  readonly asked: Asked[] = [];
  readonly metrics = new Metrics({ service: 'console' });
  /** What the services answer. */
  answer: (asked: Asked) => unknown = () => ({});
  /** How many have guessed wrong before identity-service slows them. */
  guesses = 0;
  private signIns = 0;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly folder = temporaryDirectory('console');
  private running!: RunningService;
  private pki!: TestPki;
  redis!: TestRedis;

  static async start(...options: Parameters<TestConsole['begin']>): Promise<TestConsole> {
    const test = new TestConsole();
    await test.begin(...options);
    return test;
  }

  async begin(trustedProxies: readonly string[] = [], providers: readonly Provider[] = []): Promise<void> {
    this.pki = await TestPki.create();
    this.redis = await createTestRedis('console');
    const tls = await this.pki.issueFiles(serviceCertificate('console'));
    const write = (message: string, fields?: object) => void this.log.push(JSON.stringify({ message, ...fields }, describe));
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    const config = {
      accountId: '000000000000',
      region: 'us-east-1',
      trustDomain: 'strongroom.local',
      listen: '127.0.0.1:0',
      tls,
      https: { certFile: tls.certFile, keyFile: tls.keyFile },
      origins: ['https://localhost:0'],
      pageFolder: this.writePage(),
      trustedProxies,
      providers,
    };
    const options = { name: 'console', config, logger, metrics: this.metrics, clock: this.clock };
    this.running = await startService(options, (shell) => serveConsole(shell, this.others()));
  }

  get port(): number {
    return this.running.port;
  }

  get origin(): string {
    return `https://localhost:${this.port}`;
  }

  /** What the page sends with each of its calls. */
  get pageHeaders(): Record<string, string> {
    return {
      origin: this.origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      'x-strongroom': '1',
      'user-agent': 'a browser',
    };
  }

  /** Any request. `undefined` takes a header away that would otherwise be there. */
  send(
    method: string,
    path: string,
    { headers = {}, body = '' }: { headers?: Record<string, string | undefined>; body?: string } = {},
  ): Promise<Answer> {
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<string, string>;
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        { host: '127.0.0.1', port: this.port, servername: 'localhost', ca: this.pki.ca, method, path, agent: this.agent },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      request.setHeader('host', `localhost:${this.port}`);
      for (const [name, value] of Object.entries(sent)) request.setHeader(name, value);
      if (body !== '') request.setHeader('content-length', Buffer.byteLength(body));
      request.end(body);
    });
  }

  /** Who the page would greet; null without a session. */
  async whoAmI(headers: Record<string, string>): Promise<unknown> {
    return resultOf(await this.call('session.whoAmI', undefined, headers)).data;
  }

  /** A call of the page. */
  call(procedure: string, input?: unknown, headers: Record<string, string | undefined> = {}): Promise<Answer> {
    const body = JSON.stringify(transformer.serialize(input));
    return this.send('POST', `/api/${procedure}`, { headers: { ...this.pageHeaders, ...headers }, body });
  }

  /** Signs ann in; returns the header with her cookie. */
  async signIn(headers: Record<string, string> = {}): Promise<{ cookie: string }> {
    const answer = await this.call('session.signIn', { accountId: '000000000000', userName: 'ann', password: PASSWORD }, headers);
    return { cookie: cookieOf(answer) };
  }

  /** A connection that speaks for itself. */
  raw(): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, servername: 'localhost', ca: this.pki.ca };
      const socket = connectTls(options, () => resolve(socket));
      socket.on('error', reject);
    });
  }

  async stop(): Promise<void> {
    await this.running.stop(200);
    this.agent.destroy();
    this.redis.client.disconnect();
    this.pki.drop();
    this.folder.remove();
  }

  private writePage(): string {
    const page = join(this.folder.path, 'page');
    mkdirSync(join(page, 'assets'), { recursive: true });
    writeFileSync(join(this.folder.path, 'private.txt'), CANARY);
    writeFileSync(join(page, 'index.html'), '<script type="module" nonce="__CSP_NONCE__" src="/assets/app-1a2b.js"></script>');
    writeFileSync(join(page, 'assets', 'app-1a2b.js'), `export const text = '${'a text '.repeat(500)}';`);
    writeFileSync(join(page, 'assets', 'app-1a2b.js.map'), '{}');
    writeFileSync(join(page, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    return page;
  }

  private others(): Others {
    const clients = Object.entries<Service>(consoleServices).map(([service, { contract }]) => {
      const methods = Object.keys(contract).map((method) => [
        method,
        async (request: Record<string, unknown>, options: Asked['options']) => {
          const asked = { service, method, request, options };
          this.asked.push(asked);
          return this.answer(asked);
        },
      ]);
      return [service, Object.fromEntries(methods) as unknown];
    });
    const signedIn = (): SignedIn => ({
      credentials: undefined,
      credentialId: `session:ASIA${++this.signIns}`,
      accountId: '000000000000',
      userName: 'ann',
      arn: 'arn:aws:iam::000000000000:user/ann',
      multiFactor: false,
    });
    return {
      clients: Object.fromEntries(clients) as Others['clients'],
      redis: this.redis.client,
      verifications: {
        streamTrailVerification: async function* (this: void) {
          yield StreamTrailVerificationResponse.fromPartial({ result: {} });
        },
      },
      permissions: {
        authorizeSecretAccess: async (request, options) => {
          const asked = { service: 'permissions', method: 'authorizeSecretAccess', request: { ...request }, options };
          this.asked.push(asked as Asked);
          return this.answer(asked as Asked) as never;
        },
      },
      probes: { 'secrets-api': () => Promise.resolve({ state: 'serving', tookMs: 1, certificateEndsAt: NOW }) },
      signIns: {
        signIn: async (request) => {
          if (this.guesses >= 3) throw throttled('too many guesses', { metadata: { retry_after_ms: '5000' } });
          if (request.userName === 'eve') {
            return SignInResponse.fromPartial({ outcome: { $case: 'newPasswordRequired', value: { expired: true } } });
          }
          if (request.userName !== 'ann' || request.password !== PASSWORD) this.fail();
          return { outcome: { $case: 'signedIn', value: signedIn() } };
        },
        redeemSignInLink: async ({ token }) => (token === TOKEN ? { signedIn: signedIn() } : this.fail()),
        beginPasskeySignIn: async (request) => ({ optionsJson: JSON.stringify(request?.relyingParty?.origin) }),
      },
    };
  }

  private fail(): never {
    this.guesses++;
    throw new DomainError({ kind: 'unauthenticated', reason: 'SignInFailed', message: 'Name, password or code are wrong.' });
  }
}

/** The header with the cookie that an answer set. */
export function cookieOf({ headers }: Answer): string {
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** What a call answered, or why it was refused. */
export function resultOf({ text }: Answer): {
  data?: unknown;
  problem?: { kind: string; reason: string; message: string; field?: string };
} {
  const { result, error } = JSON.parse(text) as {
    result?: { data: Parameters<typeof transformer.deserialize>[0] };
    error?: Parameters<typeof transformer.deserialize>[0];
  };
  if (result !== undefined) return { data: transformer.deserialize(result.data) };
  const shape = transformer.deserialize(error!) as { data: { problem: { kind: string; reason: string; message: string } } };
  return { problem: shape.data.problem };
}

/** Errors as a log shows them. */
const describe = (_name: string, value: unknown): unknown =>
  value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value;

/** One console for the tests of a file, which leave nothing in its log that must not be there. */
export const testConsole = (): TestConsole => {
  const test = new TestConsole();
  beforeAll(() => test.begin(['127.0.0.1']));
  afterEach(() => {
    expect(test.log.join('\n')).not.toContain(CANARY);
    test.answer = () => ({});
    test.guesses = 0;
    test.asked.length = 0;
    // Whoever has called much may call again.
    test.clock.advance(MINUTE);
  });
  afterAll(() => test.stop());
  return test;
};
