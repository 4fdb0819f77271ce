import { readFileSync } from 'node:fs';
import { ManualClock } from '@strongroom/clock';
import { DomainError } from '@strongroom/errors';
import { serviceCertificate } from '@strongroom/local-cluster';
import { systemRandom } from '@strongroom/random';
import { CallHistogram, type Logger, Metrics } from '@strongroom/telemetry';
import { TestPki } from '@strongroom/testing';
import { Door } from '../http/door';
import { HandshakeFailures } from '../http/handshake-failures';
import { type HttpServerOptions, type RunningHttpServer, startHttpServer } from '../http/http-server';
import { requestAnswerer } from '../http/request-answerer';
import type { Fields } from '../model/message';
import { type Plan, signed } from '../signature/sign.testing';
import { FakeSigningKeys } from '../signature/hashing/signing-keys.testing';
import { SignatureVerifier } from '../signature/verifier';
import type { Backend } from './backend';
import { Gateway } from './gateway';
import { LinkAnswerer, type TopicLinks } from './link-answerer';

export const NOW = new Date('2026-11-24T12:00:00Z');
export const SIGNER = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'a-secret-that-no-log-shows', date: NOW };

/** Of another account. */
export const NEIGHBOUR = { ...SIGNER, accessKeyId: 'AKIANEIGHBOURNEIGHBO', secretAccessKey: 'another-secret' };
export const GRPC_HINT = 'this port speaks AWS; 50% of gRPC is elsewhere';

export type Call = Parameters<Backend['call']>;
export type Refused = Parameters<Backend['refuse']>;

/** The gateway on its own ports, in front of services that a test makes up. */
export class TestGateway {
  /** The calls of the services. */
  readonly calls: Call[] = [];
  /** The refusals whose event they wrote. */
  readonly refusals: Refused[] = [];
  readonly log: string[] = [];
  /** The error that keeps them from writing it. */
  refusing: Error | undefined;
  /** What they answer. */
  answer: (...call: Call) => Promise<Fields> = () => Promise.resolve({});

  /** What notification-service answers to those who follow a link. */
  follow: (kind: keyof TopicLinks, ...asked: readonly unknown[]) => Promise<string> = (kind) => Promise.resolve(kind);

  private constructor(
    readonly pki: TestPki,
    readonly metrics: Metrics,
    readonly servers: { secure: RunningHttpServer; plain: RunningHttpServer },
  ) {}

  static async start(limits?: HttpServerOptions['limits']): Promise<TestGateway> {
    const pki = await TestPki.create();
    const files = await pki.issueFiles(serviceCertificate('aws-gateway'));
    const clock = new ManualClock(NOW);
    const signingKeys = new FakeSigningKeys()
      .add(SIGNER.accessKeyId, SIGNER.secretAccessKey)
      .add(NEIGHBOUR.accessKeyId, NEIGHBOUR.secretAccessKey, { accountId: '111111111111' });
    const backend = {
      call: (...call: Call) => {
        test.calls.push(call);
        return test.answer(...call);
      },
      refuse: (...refused: Refused) => {
        test.refusals.push(refused);
        const [, , refusal] = refused;
        return Promise.reject(test.refusing ?? new DomainError({ kind: 'invalid-argument', ...refusal }));
      },
    };
    const links: TopicLinks = {
      certificate: (...asked) => test.follow('certificate', ...asked),
      confirm: (...asked) => test.follow('confirm', ...asked),
      unsubscribe: (...asked) => test.follow('unsubscribe', ...asked),
    };
    const gateway = new Gateway({
      verifier: new SignatureVerifier({ region: 'us-east-1', clock, signingKeys }),
      backend,
      clock,
      random: systemRandom,
      links: new LinkAnswerer(links, clock),
    });
    const write = (message: string, fields?: object) => void test.log.push(JSON.stringify({ message, ...fields }));
    const logger: Logger = { debug: write, info: write, warn: write, error: write };
    const metrics = new Metrics({ service: 'aws-gateway' });
    const answer = requestAnswerer({ gateway, logger, durations: new CallHistogram('test_seconds', 'of a test') });
    const shared = { door: new Door(metrics), answer, limits, grpcHint: GRPC_HINT, listen: '127.0.0.1:0' };
    const tls = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
    const failures = new HandshakeFailures(metrics.registry, logger);
    const onHandshakeFailure = (address: string | undefined, error: Error) => failures.add(address, error);
    const secure = await startHttpServer({ ...shared, tls, onHandshakeFailure });
    const plain = await startHttpServer(shared);
    const test: TestGateway = new TestGateway(pki, metrics, { secure, plain });
    return test;
  }

  get origin(): string {
    return `https://localhost:${this.servers.secure.port}`;
  }

  async stop(): Promise<void> {
    await Promise.all([this.servers.secure.drain(100), this.servers.plain.drain(100)]);
    this.pki.drop();
  }
}

/** Headers and body of a signed request to Secrets Manager. */
export async function toSecretsManager(operation: string, body: string | Buffer = '{}', more: Plan = {}, signer = SIGNER) {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `secretsmanager.${operation}`,
    ...more.headers,
  };
  const request = await signed({ ...more, headers, body: Buffer.from(body) }, { ...signer, service: 'secretsmanager' });
  return { headers: request.headers as Record<string, string>, body: Buffer.from(body) };
}
