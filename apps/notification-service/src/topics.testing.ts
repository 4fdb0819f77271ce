import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer, globalAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { callerForTests, type CallerForTests, FakePrincipalSource } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock } from '@strongroom/clock';
import * as messages from '@strongroom/contracts/strongroom/notification/v1/topics';
import { migrateSchema, openHotPool } from '@strongroom/database';
import type { TargetNetwork } from '@strongroom/egress';
import { anywhere } from '@strongroom/egress/testing';
import { connectTo } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt } from '@strongroom/grpc-kit/testing';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { topicLinkService, topicService } from '@strongroom/methods';
import { startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { createTestDatabase, createTestRedis, eventually, PATIENCE_MS, TestPki } from '@strongroom/testing';
import { SMTPServer } from 'smtp-server';
import type { Sealer } from './domain/sealer.port';
import { migrations } from './persistence/migrations';
import { serveNotification } from './server';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** A request that a receiver got. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver of messages, over TLS or not. */
export class TestReceiver {
  readonly received: Received[] = [];
  /** What it answers. */
  status = 200;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(tls?: { key: string; cert: string }): Promise<TestReceiver> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new TestReceiver(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        receiver.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
        response.writeHead(receiver.status, receiver.status === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
    return receiver;
  }

  /** The messages of a type, once there are this many. */
  messages(type: string, count = 1): Promise<Record<string, string>[]> {
    return eventually(`${count} of ${type}`, () => {
      const found = this.received
        .filter(({ headers }) => headers['x-amz-sns-message-type'] === type && headers['x-amz-sns-rawdelivery'] === undefined)
        .map(({ body }) => JSON.parse(body) as Record<string, string>);
      return found.length >= count && found;
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A mail as an SMTP server got it. */
export interface ReceivedMail {
  to: string[];
  text: string;
}

/** A real SMTP server on the loopback interface, which requires this user's password. */
export async function startMailServer(password: string) {
  const mails: ReceivedMail[] = [];
  const refused = new Set<string>();
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.username === 'strongroom' && auth.password === password ? done(null, { user: 'ok' }) : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) =>
      done(refused.has(address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        // How long lines are folded is no matter here, nor how equals signs are written.
        const text = Buffer.concat(parts)
          .toString()
          .replace(/=\r\n/g, '')
          .replace(/=3D/g, '=')
          .replace(/\r\n[ \t]+/g, ' ');
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, refused, stop: () => new Promise<void>((resolve) => server.close(resolve)) };
}

/** Keeps what it seals to itself. */
class MemorySealer implements Sealer {
  private readonly sealed = new Map<string, Buffer>();

  seal(id: string, plaintext: Buffer): Promise<Buffer> {
    this.sealed.set(id, Buffer.from(plaintext));
    return Promise.resolve(Buffer.from(`sealed ${id}`));
  }

  open(id: string, sealed: Buffer): Promise<Buffer> {
    if (sealed.toString() !== `sealed ${id}`) throw new Error('sealed for another id');
    return Promise.resolve(Buffer.from(this.sealed.get(id)!));
  }
}

export type TopicApi = OneAttempt<typeof topicService>;

/** The service with real database, Redis, receivers and mail server, and a gateway that serves its certificate. */
export async function startTestTopics(mail: { port: number; passwordFile: string }) {
  const [database, redis, pki] = [await createTestDatabase('topics'), await createTestRedis('topics'), await TestPki.create()];
  await migrateSchema(database, migrations);
  const runtime = await database.createUser(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
  const principals = new FakePrincipalSource();
  const recorder = new InMemoryRecorder();
  const clock = new ManualClock(new Date());
  const certificate = await pki.issue(serviceCertificate('aws-gateway'));
  const tls = { key: certificate.key, cert: certificate.certificate };
  const gateway = createTlsServer(tls);
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `https://localhost:${(gateway.address() as AddressInfo).port}`;
  const settings = {
    secure: false,
    isLoopback: true,
    host: '127.0.0.1',
    user: 'strongroom',
    from: 'alerts@example.com',
    ...mail,
  };
  // Receivers have certificates of the suite's own authority.
  const network: TargetNetwork = {
    open: (...call) => anywhere.open(...call),
    openTls: (target, options, signal) => anywhere.openTls(target, { ...options, ca: pki.ca }, signal),
    secure: (...call) => anywhere.secure(...call),
  };
  const config = {
    ...{ accountId: ACCOUNT, region: REGION, trustDomain: 'strongroom.local', listen: '127.0.0.1:0' },
    tls: await pki.issueFiles(serviceCertificate('notification-service')),
    database: { ...database, ...runtime },
    redis: { host: redis.host, port: redis.port, password: redis.password },
    topics: { gatewayUrl, mail: settings },
  };
  const name = 'notification-service';
  const options = { name, config, clock, logger: silentLogger, metrics: new Metrics({ service: name }) };
  const feed = {
    listTrailHeads: () => Promise.resolve({ sequences: {} }),
    async *followTrails(_request: unknown, { signal }: { signal?: AbortSignal } = {}) {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      yield* [];
    },
  };
  const sealer = new MemorySealer();
  let targets: Awaited<ReturnType<typeof serveNotification>>['targetKinds'] = [];
  const service = await startService(options, async (shell) => {
    const served = await serveNotification(shell, {
      ...{ principals, recorder, feed, network, queuePrefix: redis.prefix.replaceAll(':', '') },
      sealers: { topics: sealer, webhooks: sealer },
    });
    targets = served.targetKinds;
    return served;
  });
  const address = `127.0.0.1:${service.port}`;
  const client = connectTo(topicService, { address, tls: await pki.user('ann'), service: 'test' });
  const linkClient = connectTo(topicLinkService, { address, tls: await pki.service('aws-gateway'), service: 'test' });
  const links = oneAttempt(topicLinkService, linkClient, messages, { timeoutMs: PATIENCE_MS });
  gateway.on('request', (request, response) => {
    const [, certificateId = ''] = /^\/SimpleNotificationService-(\w+)\.pem$/.exec(request.url ?? '') ?? [];
    void links.getSigningCertificate({ certificateId }).then(
      ({ pem }) => response.end(pem),
      () => response.writeHead(404).end(),
    );
  });
  // The validator asks with the agent that all of the process share.
  const before = globalAgent.options.ca;
  globalAgent.options.ca = pki.ca;
  let callers = 0;
  return {
    ...{ pki, tls, clock, recorder, links, principals, pool: await openHotPool(database) },
    targets: () => targets,
    userUri,
    /** A caller with these policies; by default one that may do everything in the account. */
    as(principal: CallerForTests = {}): TopicApi {
      const token = `token-${callers++}`;
      principals.add(token, callerForTests(principal));
      return oneAttempt(topicService, client, messages, { timeoutMs: PATIENCE_MS, token });
    },
    async stop() {
      globalAgent.options.ca = before;
      globalAgent.destroy();
      for (const one of [client, linkClient]) one.close();
      await this.pool.close();
      await service.stop(3_000);
      gateway.closeAllConnections();
      await new Promise((resolve) => gateway.close(resolve));
      await database.drop();
      await redis.drop();
      pki.drop();
    },
  };
}
