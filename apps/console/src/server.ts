import { readFileSync } from 'node:fs';
import { awaitSentinels, connectRedis, replaceWhenSilent } from '@strongroom/redis';
import type { EndingCertificate } from '@strongroom/console-api';
import { auditService, rotationRequestService, type ServiceName, signInService } from '@strongroom/methods';
import type { Shell, ShellConfig } from '@strongroom/service';
import { CallHistogram, certificateEnd, LogSampler, measureCertificates, VERSION } from '@strongroom/telemetry';
import { type ConsoleClients, consoleClients } from './api/derived';
import { type ApiOptions, apiRouter } from './api/router';
import { type Probe, serviceProbe } from './clients/service-probe';
import type { ConsoleConfig } from './config';
import { apiRoute, type ApiRouteOptions } from './http/api-route';
import { CallGate } from './http/call-gate';
import { TrustedProxies } from './http/client-address';
import { startConsoleServer } from './http/console-server';
import { Page } from './http/page';
import { pageRoutes } from './http/page-routes';
import { reportRoute } from './http/report-route';
import { singleSignOnRoutes } from './http/single-sign-on-routes';
import { Site } from './http/site';
import { type SessionRedis, SessionStore } from './sessions/session-store';
import { SingleSignOn } from './single-sign-on/single-sign-on';

/** Of a command of Redis. Milliseconds. */
const REDIS_TIMEOUT = 2_000;

/** Whom the console asks; tests bring their own. */
export interface Others {
  clients: ConsoleClients;
  signIns: ApiOptions['signIns'];
  verifications: ApiOptions['trail']['verifications'];
  permissions: ApiOptions['permissions'];
  redis: SessionRedis;
  /** By service. */
  probes: Readonly<Record<string, Probe>>;
}

/** The console with the real others. */
export async function startConsole(shell: Shell<ConsoleConfig>) {
  const { config, logger } = shell;
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
  await awaitSentinels(config.redis, { logger });
  const redis = shell.own(
    'the store of sessions',
    connectRedis({ endpoint: config.redis, name: 'console', timeoutMs: REDIS_TIMEOUT, logger }),
    (connection) => connection.disconnect(),
  );
  shell.own('the pulse of the store of sessions', replaceWhenSilent(redis, REDIS_TIMEOUT), (end) => end());
  const ca = readFileSync(config.tls.caFile);
  const probes = Object.entries(addresses).map(([name, address]) => [name, serviceProbe(address, ca)] as const);
  const signIns = shell.client(signInService, 'identity-service', addresses['identity-service']);
  const verifications = shell.client(auditService, 'audit-service', addresses['audit-service']);
  const permissions = shell.client(rotationRequestService, 'secrets-api', addresses['secrets-api']);
  return serveConsole(shell, { clients, signIns, verifications, permissions, redis, probes: Object.fromEntries(probes) });
}

type ServedConfig = ShellConfig & Pick<ConsoleConfig, 'https' | 'origins' | 'pageFolder' | 'providers' | 'trustedProxies'>;

/** The console proper: its sessions, its page, its API, its port. */
export async function serveConsole(shell: Shell<ServedConfig>, others: Others) {
  const { clients, signIns, verifications, permissions, redis, probes } = others;
  const { config, clock, random, logger, metrics } = shell;
  const { certFile, keyFile } = config.https;
  const site = new Site(config.origins);
  const sessions = new SessionStore(redis, clock, random);
  const proxies = new TrustedProxies(config.trustedProxies);
  const page = new Page(config.pageFolder);
  const singleSignOn = new SingleSignOn(config.providers, redis, random);
  const gate = new CallGate(sessions, clock);
  const router = apiRouter({
    clients,
    signIns,
    permissions,
    sessions,
    logger,
    origin: () => site.origin,
    providers: singleSignOn.offered,
    cluster: { probes, clock, version: VERSION, region: config.region },
    home: { certificates: () => certificatesOf(probes, certFile), clock },
    trail: { verifications, clock },
  });

  measureCertificates(metrics, { own: config.tls.certFile, authority: config.tls.caFile, https: certFile });
  if (!page.isThere) logger.warn('there is no page to serve: the console answers its API alone');
  const server = await startConsoleServer({
    listen: config.listen,
    tls: { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    site,
    random,
    onFailure: (error, requestId) => logger.error('a request failed', { requestId, error }),
    routes: (app) => {
      apiRoute(app, { router, gate, sessions, proxies, site, clock, onAnswered: reporter(shell) });
      singleSignOnRoutes(app, { singleSignOn, tokens: clients.tokens, sessions, gate, proxies, site, clock, logger });
      reportRoute(app, { proxies, registry: metrics.registry, logger, clock });
      pageRoutes(app, { page, site, random });
    },
  });
  shell.onDrain('HTTPS', (graceMs) => server.drain(graceMs));
  return { port: server.port };
}

async function certificatesOf(probes: Others['probes'], certFile: string): Promise<readonly EndingCertificate[]> {
  const shown = Object.entries(probes).map(async ([name, probe]) => {
    const { certificateEndsAt } = await probe();
    return certificateEndsAt === undefined ? [] : [{ of: name, endsAt: certificateEndsAt }];
  });
  return [{ of: 'HTTPS of console', endsAt: certificateEnd(certFile) }, ...(await Promise.all(shown)).flat()];
}

/** Counts calls, and logs those that fail: without what they hold, and of many similar ones only some. */
function reporter({ logger, metrics }: Pick<Shell, 'logger' | 'metrics'>): ApiRouteOptions['onAnswered'] {
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
