import { setTimeout as delay } from 'node:timers/promises';
import { Server, type ServiceDefinition } from '@grpc/grpc-js';
import { GRPC } from '@strongroom/bounds';
import { LogSampler } from '@strongroom/telemetry';
import { Connections, FAREWELL_MS, sayFarewell } from './connections';
import { Door } from './door';
import { Health, healthName } from './health';
import { Listener } from './listener';
import { checkPeerPolicy } from './peer-policy';
import { FairGate, FairShare, Quota } from '@strongroom/fairness';
import { Reflection, reflectionNames } from './reflection';
import { Relay } from './relay';
import { type Rule, serve } from './serve';
import type { Credential, RunningServer, ServerOptions } from './server-options';
import type { ServerRuntime } from './server-runtime';
import { streamsThrough } from './streams-through';
import { MutualTlsCredentials, readTls } from './tls';

const MEBIBYTE = 1 << 20;

const forAnyone: Rule = { callers: 'anyone', services: new Set(), onBehalf: new Set(), isHealth: true };
const forAuthenticated: Rule = { callers: 'authenticated', services: 'any', onBehalf: new Set() };

/**
 * Starts a gRPC server over mutual TLS 1.3, with health checks (for anyone) and reflection (for whoever can authenticate).
 *
 * @throws Error when a method has no rule in the peer policy or no handler, and when the port cannot be bound
 */
export async function createServer<Caller>(options: ServerOptions<Caller>): Promise<RunningServer> {
  const bounds = { ...GRPC, ...options.bounds };
  const connections = new Connections(bounds, options.trustDomain);
  const keyOf = (_caller: unknown, { credentialId, bearerToken, certificateUri }: Credential): string =>
    credentialId ?? bearerToken ?? certificateUri ?? '';
  const runtime: ServerRuntime = {
    service: options.service,
    logger: options.logger,
    refusedCalls: new LogSampler({ logger: options.logger }),
    metrics: options.metrics,
    maxDeadlineMs: options.maxDeadlineMs ?? 30_000,
    maxBufferedBytes: options.maxBufferedBytes ?? 16 * MEBIBYTE,
    bounds,
    authenticate: options.authenticate.bind(options),
    accountOf: (options.accountOf?.bind(options) as ServerRuntime['accountOf'] | undefined) ?? keyOf,
    callerOf: (options.callerOf?.bind(options) as ServerRuntime['callerOf'] | undefined) ?? keyOf,
    onRefused: options.onRefused?.bind(options),
    places: new FairShare(bounds.inFlight),
    turns: new FairGate({ slots: bounds.running, slotsPerLane: bounds.runningOfAccount }),
    strangersCalls: new Quota({ total: bounds.strangersInFlight, each: bounds.strangersInFlightOfAddress }),
    proofs: new Quota({ total: bounds.proofs, each: bounds.proofsOfAddress }),
    strangersBytes: new Quota({ total: bounds.strangersUnfinished, each: bounds.strangersUnfinishedOfAddress }),
    callersBytes: new Quota({ total: bounds.unfinished, each: bounds.unfinishedOfAccount }),
    streams: new Set(),
    isDraining: false,
  };
  const door = new Door(runtime, connections);
  const server = new Server({
    // The door's own limit counts, which tells the caller why.
    'grpc.max_receive_message_length': 2 * bounds.servicesMessage,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.enable_channelz': 0,
  });
  const serviceNames = options.services.map(({ definition }) => nameOf(definition));
  const health = new Health(serviceNames);

  checkPeerPolicy(
    options.services.flatMap(({ definition }) => Object.values(definition).map(({ path }) => path)),
    options.peerPolicy,
  );
  const ruleOf = ({ path }: { path: string }): Rule => {
    const { callers, services = [], onBehalf = [], maxStreams, maxStreamsOfAll } = options.peerPolicy[path]!;
    return { callers, services: new Set(services), onBehalf: new Set(onBehalf), maxStreams, maxStreamsOfAll };
  };
  const relay = new Relay(runtime);
  for (const service of options.services) {
    serve(server, door, runtime, service, { ruleOf, relay, around: options.around ?? [] });
  }
  if (relay.services.size > 0) {
    const forRelays: Rule = { callers: 'none', services: relay.services, onBehalf: new Set() };
    serve(server, door, runtime, relay.served(), { ruleOf: () => forRelays, around: [] });
  }
  serve(server, door, runtime, health.served(), { ruleOf: () => forAnyone, around: [] });
  for (const service of new Reflection([...serviceNames, healthName, ...reflectionNames]).served()) {
    serve(server, door, runtime, service, { ruleOf: () => forAuthenticated, around: [] });
  }

  const injector = server.createConnectionInjector(new MutualTlsCredentials(readTls(options.tls), bounds));
  streamsThrough(door, connections, server);
  const listener = new Listener((socket) => {
    connections.accept(socket);
    injector.injectConnection(socket);
  }, bounds.connections);
  const port = await listener.listen(options.listen);

  const close = (): Promise<void> => {
    health.set('not-serving');
    listener.stopAccepting();
    server.forceShutdown();
    // Without channelz, grpc-js forgets to end its sessions by force.
    for (const session of connections.sessions) session.destroy();
    listener.destroyConnections();
    return Promise.resolve();
  };

  const drain = async (graceMs: number): Promise<void> => {
    const forced = delay(graceMs, 'forced' as const, { ref: false });
    health.set('not-serving');
    runtime.isDraining = true;
    listener.stopAccepting();
    for (const session of connections.sessions) sayFarewell(session);
    for (const stream of runtime.streams) stream.drain();
    await Promise.race([delay(FAREWELL_MS), forced]);
    const finished = Promise.all([
      new Promise<void>((resolve) => server.tryShutdown(() => resolve())),
      // grpc-js does not wait for a session that its client has begun to close, as clients do when they receive the GOAWAY.
      ...Array.from(connections.sessions, (session) => new Promise<void>((resolve) => session.once('close', resolve))),
    ]);
    if ((await Promise.race([finished, forced])) === 'forced') {
      options.logger.warn('calls were still running when the grace period ended', {
        inFlight: options.metrics.inFlight,
        graceMs,
      });
      await close();
    }
  };

  return { port, health, drain, close };
}

function nameOf(definition: ServiceDefinition): string {
  const [first] = Object.values(definition);
  if (first === undefined) throw new Error('a service without methods');
  return first.path.slice(1, first.path.lastIndexOf('/'));
}
