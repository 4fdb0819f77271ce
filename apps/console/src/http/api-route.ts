import { CONSOLE } from '@strongroom/bounds';
import type { Clock } from '@strongroom/clock';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { ApiContext } from '../api/context';
import { problemOf } from '../api/problem';
import type { ApiRouter } from '../api/router';
import type { SessionStore } from '../sessions/session-store';
import type { Admission, CallGate } from './call-gate';
import type { TrustedProxies } from './client-address';
import { clientOf } from './client-of';
import type { App, Reply, Request } from './console-server';
import { NO_SESSION_COOKIE, sessionCookie, sessionIdOf } from './cookies';
import { type Refusal, refusalOfBody, refusalOfCall } from './request-guard';
import type { Site } from './site';
import { refusalAsTrpc } from './refusal-answer';

export const API_PATH = '/api';
/** The header of calls that the page makes without the person: they do not keep a session alive. */
export const IDLE_HEADER = 'x-strongroom-idle';
const JSON_TYPE = 'application/json';

export interface ApiRouteOptions {
  router: ApiRouter;
  gate: CallGate;
  sessions: Pick<SessionStore, 'touch'>;
  proxies: TrustedProxies;
  site: Site;
  clock: Clock;
  /** What came of a call. @param code such as FORBIDDEN; OK */
  onAnswered: (call: {
    path: string;
    code: string;
    error?: unknown;
    requestId: string;
    durationMs: number;
    address: string;
  }) => void;
}

/** The API: what is not the page's own call, or too much, is refused before it is read. */
export function apiRoute(app: App, options: ApiRouteOptions): void {
  const { gate, proxies, sessions, site } = options;
  const calls = new WeakMap<Request, Omit<ApiContext, 'setSession'>>();
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.post(`${API_PATH}/*`, {
    onRequest: async (request, reply) => {
      const refuse = ({ status, message, retryAfterMs }: Refusal) => {
        if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
        // Nobody reads the rest.
        if (request.raw.httpVersionMajor === 1) reply.header('connection', 'close');
        return reply.code(status).type(JSON_TYPE).send(refusalAsTrpc({ status, message, retryAfterMs }, request.id));
      };
      const { headers } = request;
      const refusal = refusalOfCall(headers, site.origins);
      if (refusal !== undefined) return refuse(refusal);
      const client = clientOf(request, proxies);
      const id = sessionIdOf(headers.cookie);
      const admission = await gate.enter(client.sourceIp, id);
      if (!('leave' in admission)) return refuse(admission);
      reply.raw.once('close', () => admission.leave());
      if (id !== undefined && admission.session === undefined) reply.header('set-cookie', NO_SESSION_COOKIE);
      const most = admission.session === undefined ? CONSOLE.strangerBodyBytes : CONSOLE.bodyBytes;
      const tooLarge = refusalOfBody(headers, most);
      if (tooLarge !== undefined) return refuse(tooLarge);
      const isIdle = headers[IDLE_HEADER] !== undefined;
      calls.set(request, {
        requestId: request.id,
        client,
        deadline: options.clock.millis() + CONSOLE.callMs,
        isIdle,
        session: await seen(admission, isIdle, sessions),
      });
    },
    handler: async (request, reply) => answer(options, calls.get(request)!, request, reply),
  });
}

async function seen(
  { session }: Admission,
  isIdle: boolean,
  sessions: ApiRouteOptions['sessions'],
): Promise<ApiContext['session']> {
  if (session === undefined || isIdle) return session;
  return { ...session, value: await sessions.touch(session.id, session.value) };
}

async function answer(
  { router, site, onAnswered }: ApiRouteOptions,
  call: Omit<ApiContext, 'setSession'>,
  request: Request,
  reply: Reply,
): Promise<string> {
  const startedAt = performance.now();
  const failures = new Map<string, unknown>();
  const response = await fetchRequestHandler({
    endpoint: API_PATH,
    router,
    req: new globalThis.Request(site.origin + request.url, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE },
      body: request.body as string,
    }),
    createContext: (): ApiContext => ({
      ...call,
      // In place of another one: fastify would send both.
      setSession: (id) =>
        void reply.removeHeader('set-cookie').header('set-cookie', id === undefined ? NO_SESSION_COOKIE : sessionCookie(id)),
    }),
    // A question is sent as a change is, so that nothing of it stands in an address.
    allowMethodOverride: true,
    maxBatchSize: CONSOLE.batch,
    onError: ({ error, path }) => void failures.set(path ?? '', error),
  });
  const told = { requestId: call.requestId, durationMs: performance.now() - startedAt, address: call.client.sourceIp };
  for (const path of proceduresOf(request.url)) {
    const error = failures.get(path);
    const code = error === undefined ? 'OK' : problemOf(error, undefined).reason;
    onAnswered({ ...told, path: isProcedure(router, path) ? path : UNKNOWN, code, error });
  }
  void reply.code(response.status).type(JSON_TYPE);
  return response.text();
}

/** What a stranger invents is no name for a metric or a log. */
const UNKNOWN = 'unknown';
const isProcedure = (router: ApiRouter, path: string): boolean => Object.hasOwn(router._def.procedures, path);

/** A request may hold several calls: their names stand in its address, separated by commas. */
const proceduresOf = (url: string): readonly string[] => {
  const [path = ''] = url.slice(API_PATH.length + 1).split('?');
  return path.split(',').slice(0, CONSOLE.batch);
};
