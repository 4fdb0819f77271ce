import { CONSOLE, networkOf } from '@strongroom/bounds';
import type { Clock } from '@strongroom/clock';
import { type Logger, LogSampler } from '@strongroom/telemetry';
import { Counter, type Registry } from 'prom-client';
import { z } from 'zod';
import type { TrustedProxies } from './client-address';
import { clientOf } from './client-of';
import { type App, TEXT } from './console-server';
import { RateLimiter } from './rate-limiter';
import { refusalOfBody } from './request-guard';
import { REPORTS_PATH } from './security-headers';

const TYPES = ['application/csp-report', 'application/reports+json'];
const MAX_REPORTS = 20;
const OTHER = 'other';
/** What a report may name: everything else in it is what a stranger says. */
const directives: ReadonlySet<string> = new Set([
  ...['default-src', 'script-src', 'script-src-elem', 'script-src-attr', 'style-src', 'style-src-elem', 'style-src-attr'],
  ...[
    'img-src',
    'font-src',
    'connect-src',
    'manifest-src',
    'worker-src',
    'frame-src',
    'base-uri',
    'form-action',
    'frame-ancestors',
  ],
  ...['require-trusted-types-for', 'trusted-types'],
]);

const oldReport = z.object({ 'csp-report': z.object({ 'effective-directive': z.string() }) });
const newReports = z.array(z.object({ body: z.object({ effectiveDirective: z.string() }).optional() })).max(MAX_REPORTS);

export interface ReportRouteOptions {
  proxies: TrustedProxies;
  registry: Registry;
  logger: Logger;
  clock: Clock;
}

/** Counts what browsers say that the page's policy has stopped: by directive alone, since addresses could hold anything. */
export function reportRoute(app: App, { proxies, registry, logger, clock }: ReportRouteOptions): void {
  const rate = new RateLimiter({ burst: CONSOLE.strangerBurst, perSecond: CONSOLE.strangerRate }, clock);
  const log = new LogSampler({ logger, perSecond: 1 });
  const counter = new Counter({
    name: 'strongroom_console_policy_reports_total',
    help: 'What browsers say that the content security policy of the page has stopped, by directive',
    labelNames: ['directive'],
    registers: [registry],
  });
  for (const type of TYPES) app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.post(REPORTS_PATH, {
    onRequest: async (request, reply) => {
      const network = networkOf(clientOf(request, proxies).sourceIp);
      if (rate.take(network) > 0) return reply.code(429).type(TEXT).send('Too many reports.');
      const refusal = refusalOfBody(request.headers, CONSOLE.strangerBodyBytes);
      if (refusal !== undefined) return reply.code(refusal.status).type(TEXT).send(refusal.message);
    },
    handler: async (request, reply) => {
      for (const said of directivesIn(request.body)) {
        const directive = directives.has(said) ? said : OTHER;
        counter.inc({ directive });
        log.warn(directive, 'a browser says that the policy of the page stopped something', { name: directive });
      }
      return reply.code(204).send();
    },
  });
}

function directivesIn(body: unknown): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(String(body));
  } catch {
    return [];
  }
  const old = oldReport.safeParse(json);
  if (old.success) return [old.data['csp-report']['effective-directive']];
  const reports = newReports.safeParse(json);
  return reports.success ? reports.data.flatMap(({ body: one }) => (one === undefined ? [] : [one.effectiveDirective])) : [];
}
