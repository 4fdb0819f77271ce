import {
  authenticator,
  type Caller,
  countedBy,
  grpcPrincipalDirectory,
  type PrincipalSource,
  PrincipalView,
} from '@strongroom/access';
import { serviceUriPrefix } from '@strongroom/arn';
import { auditing, type AuditRecorder, loadJournal, recordRefusals, type RefusalRecording } from '@strongroom/audit-trail';
import { type Clock, systemClock } from '@strongroom/clock';
import type { RedisConfig, ServiceConfig } from '@strongroom/config';
import { serviceUnavailable } from '@strongroom/errors';
import {
  type Around,
  type ConnectOptions,
  connectTo,
  createServer,
  RelayClient,
  type Served,
  type ServerOptions,
  type ServiceClient,
} from '@strongroom/grpc-kit';
import { byPath, eventsOf, principalDirectoryService, type Service, type ServiceName } from '@strongroom/methods';
import { type RandomSource, systemRandom } from '@strongroom/random';
import { type Logger, measureCertificates, type Metrics } from '@strongroom/telemetry';
import { Lifecycle, type LifecycleOptions } from './lifecycle';

/** The part of a service's configuration that a shell needs. */
export type ShellConfig = Pick<ServiceConfig, 'accountId' | 'listen' | 'region' | 'tls' | 'trustDomain'>;

export interface ShellOptions<Config extends ShellConfig> extends LifecycleOptions {
  /** The name of the service, such as `secrets-api`. */
  name: string;
  config: Config;
  metrics: Metrics;
  /** Default: the system's. */
  clock?: Clock;
  /** Default: the system's. */
  random?: RandomSource;
}

export interface ServedCalls extends Pick<ServerOptions<Caller>, 'bounds'> {
  /** Their tables say who may call them, and what the trail records. */
  services: readonly Served[];
  principals: PrincipalSource;
  recorder: AuditRecorder;
  /** Runs around the audit of a call, the first outermost: it identifies callers of methods that anyone may call. */
  identify?: (onRefused: RefusalRecording['onRefused']) => readonly Around<Caller>[];
}

/** What every service is built on. Everything that is started through the shell stops with it, in reverse order. */
export class Shell<Config extends ShellConfig = ShellConfig> extends Lifecycle {
  readonly name: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly logger: Logger;
  readonly metrics: Metrics;

  constructor({ name, config, metrics, clock = systemClock, random = systemRandom, ...lifecycle }: ShellOptions<Config>) {
    super(lifecycle);
    this.name = name;
    this.config = config;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
    this.logger = lifecycle.logger;
  }

  /**
   * A client of another of Strongroom's services, `peer` by name, which must prove that it is that one. Connects on the first
   * call.
   */
  client<S extends Service>(service: S, peer: ServiceName, address: string): ServiceClient<S> {
    return this.own(`the client of ${peer}`, connectTo(service, this.connectionTo(peer, address)));
  }

  /** As `client`, for calls on behalf of others, of which many share a message. */
  relay(peer: ServiceName, address: string): RelayClient {
    return this.own(`the relay to ${peer}`, new RelayClient(this.connectionTo(peer, address)));
  }

  /** The principals that credentials identify, according to identity-service. */
  principals(identityAddress: string): PrincipalSource {
    const { accountId, trustDomain } = this.config;
    const client = this.client(principalDirectoryService, 'identity-service', identityAddress);
    return this.own('principals', new PrincipalView({ directory: grpcPrincipalDirectory(client), accountId, trustDomain }));
  }

  /**
   * Opens the audit journal and waits until it can record.
   * @throws Error with the reason if it cannot within 15 s
   */
  async journal(redis: RedisConfig): Promise<AuditRecorder> {
    const journal = this.own('the audit journal', await loadJournal({ redis, logger: this.logger }));
    await journal.connect();
    return journal;
  }

  /**
   * Waits for what somebody has to do before the service can serve. Meanwhile gRPC's health says NOT_SERVING, and `/healthz` that
   * all is well with the process.
   */
  async whileNotServing<T>(work: Promise<T>): Promise<T> {
    const { name, logger, metrics } = this;
    const { listen, tls, trustDomain } = this.config;
    const refuse = () => Promise.reject(serviceUnavailable('the service does not serve yet'));
    const server = await createServer<Caller>({
      service: name,
      listen,
      tls,
      trustDomain,
      services: [],
      peerPolicy: {},
      authenticate: refuse,
      logger,
      metrics,
    });
    server.health.set('not-serving');
    try {
      return await this.waitFor(work);
    } finally {
      await server.close();
    }
  }

  /**
   * Serves gRPC, every call let in and audited; returns the port. @throws Error when a method has no rule or no handler, or the
   * port is taken
   */
  async serve({ services, bounds, principals, recorder, identify = () => [] }: ServedCalls): Promise<number> {
    const { name, clock, random, logger, metrics } = this;
    const { listen, tls, trustDomain, accountId, region } = this.config;
    measureCertificates(metrics, { own: tls.certFile, authority: tls.caFile });
    const tables = services.map(({ service }) => service);
    const trail = { eventOf: eventsOf(tables), recorder, clock, random, region, accountId };
    const { onRefused } = this.own('the record of refusals', recordRefusals({ ...trail, logger }));
    const server = await createServer<Caller>({
      service: name,
      listen,
      tls,
      trustDomain,
      services,
      peerPolicy: byPath(tables),
      bounds,
      authenticate: authenticator(principals),
      ...countedBy,
      around: [...identify(onRefused), auditing(trail)],
      onRefused,
      logger,
      metrics,
    });
    this.onDrain('calls', (graceMs) => server.drain(graceMs));
    return server.port;
  }

  private connectionTo(peer: ServiceName, address: string): ConnectOptions {
    const { tls, trustDomain } = this.config;
    return { address, tls, service: this.name, serverUri: `${serviceUriPrefix(trustDomain)}${peer}` };
  }
}
