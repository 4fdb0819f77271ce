import { readFileSync } from 'node:fs';
import { connectRedis } from '@strongroom/audit-trail/redis';
import type { ServiceHealth } from '@strongroom/console-api';
import { isServing } from '@strongroom/health-probe';
import { type ServiceName, signInService } from '@strongroom/methods';
import type { Shell } from '@strongroom/service';
import { CallHistogram, LogSampler, measureCertificates, VERSION } from '@strongroom/telemetry';
import { consoleClients } from './api/derived';
import { apiRouter } from './api/router';
import type { ConsoleConfig } from './config';
import { apiRoute, type ApiRouteOptions } from './http/api-route';
import { CallGate } from './http/call-gate';
import { TrustedProxies } from './http/client-address';
import { startConsoleServer } from './http/console-server';
import { Page } from './http/page';
import { pageRoutes } from './http/page-routes';
import { reportRoute } from './http/report-route';
import { Site } from './http/site';
import { SessionStore } from './sessions/session-store';

/** Of a command of Redis. Milliseconds. */
const REDIS_TIMEOUT = 2_000;
/** Of the question how a service is. Milliseconds. */
const PROBE_TIMEOUT = 2_000;

/** Starts the console: its clients of the other services, its sessions, its port. */
export async function startConsole(shell: Shell<ConsoleConfig>) {
  const { config, clock, random, logger, metrics } = shell;
  const addresses = {
    'secrets-api': config.secretsAddress,
    'crypto-keyservice': config.keyserviceAddress,
    'identity-service': config.identityAddress,
    'rotation-worker': config.rotationAddress,
    'audit-service': config.auditAddress,
    'notification-service': config.notificationAddress,
    'usage-service': config.usageAddress,
  } as const satisfies Partial<Record<ServiceName, string>>;
  const relay = (peer: keyof typeof addresses) => shell.relay(peer, addresses[peer]);
  const [secrets, identity, notification] = [relay('secrets-api'), relay('identity-service'), relay('notification-service')];
  const clients = consoleClients({
    secrets,
    keyDependents: secrets,
    keys: relay('crypto-keyservice'),
    identity,
    tokens: identity,
    audit: relay('audit-service'),
    rotation: relay('rotation-worker'),
    alarms: notification,
    rules: notification,
    webhooks: notification,
    deliveries: notification,
    topics: notification,
    usage: relay('usage-service'),
  });
  const redis = shell.own(
    'the store of sessions',
    connectRedis({ endpoint: config.redis, name: 'console', timeoutMs: REDIS_TIMEOUT, logger }),
    (connection) => connection.disconnect(),
  );
  const sessions = new SessionStore(redis, clock, random);
  const ca = { pem: readFileSync(config.tls.caFile) };
  const probe = (address: string) => async (): Promise<Omit<ServiceHealth, 'name'>> => {
    const startedAt = performance.now();
    const serves = await isServing(address, ca, PROBE_TIMEOUT);
    return { state: serves ? 'serving' : 'unreachable', tookMs: Math.round(performance.now() - startedAt) };
  };
  const router = apiRouter({
    clients,
    signIns: shell.client(signInService, 'identity-service', addresses['identity-service']),
    sessions,
    logger,
    cluster: {
      probes: Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, probe(address)])),
      clock,
      version: VERSION,
      region: config.region,
    },
  });

  const { certFile, keyFile } = config.https;
  measureCertificates(metrics, { own: config.tls.certFile, authority: config.tls.caFile, https: certFile });
  const site = new Site(config.origins);
  const proxies = new TrustedProxies(config.trustedProxies);
  const page = new Page(config.pageFolder);
  if (!page.isThere) logger.warn('there is no page to serve: the console answers its API alone');
  const server = await startConsoleServer({
    listen: config.listen,
    tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    site,
    random,
    onFailure: (error, requestId) => logger.error('a request failed', { requestId, error }),
    routes: (app) => {
      apiRoute(app, { router, gate: new CallGate(sessions, clock), sessions, proxies, site, clock, onAnswered: reporter(shell) });
      reportRoute(app, { proxies, registry: metrics.registry, logger, clock });
      pageRoutes(app, { page, site, random });
    },
  });
  shell.onDrain('HTTPS', (graceMs) => server.drain(graceMs));
  return { port: server.port };
}

/** Counts calls, and logs those that fail: without what they hold, and of many similar ones only some. */
function reporter({ logger, metrics }: Shell<ConsoleConfig>): ApiRouteOptions['onAnswered'] {
  const durations = new CallHistogram(
    'strongroom_http_server_seconds',
    'Duration of calls of the API, from their body to their answer',
  );
  metrics.registry.registerMetric(durations as never);
  const log = new LogSampler({ logger });
  return ({ path, code, error, requestId, durationMs, address }) => {
    durations.of(path)(code, durationMs / 1_000);
    if (code === 'OK') return;
    const fields = { requestId, method: path, peer: address, code, durationMs: Math.round(durationMs) };
    if (code === 'InternalServiceError') log.error(`${code} ${path}`, 'a call failed', { ...fields, error });
    else log.warn(`${code} ${path}`, 'a call was refused', fields);
  };
}
