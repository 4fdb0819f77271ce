import { AssumeRoleWithWebIdentityRequest } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { CONSOLE } from '@strongroom/bounds';
import { type Clock, HOUR, SECOND } from '@strongroom/clock';
import { isDomainError } from '@strongroom/errors';
import { type Logger, LogSampler } from '@strongroom/telemetry';
import type { ConsoleClients } from '../api/derived';
import type { SessionStore } from '../sessions/session-store';
import { PATIENCE_MS, type Proof, type SingleSignOn } from '../single-sign-on/single-sign-on';
import type { CallGate } from './call-gate';
import { clientOf } from './client-of';
import type { TrustedProxies } from './client-address';
import { type App, type Reply, type Request, TEXT } from './console-server';
import { attemptCookie, attemptIdOf, NO_ATTEMPT_COOKIE, sessionCookie } from './cookies';
import type { Site } from './site';

/** Where a browser goes to sign in at a provider: `/single-sign-on/<name>`. */
export const SINGLE_SIGN_ON_PATH = '/single-sign-on';
/** What every role allows; services end the session then, and so does the console. */
const ROLE_SESSION_MS = HOUR;
/** The page says there that nobody was signed in. */
const REFUSED = '/sign-in?refused=true';

export interface SingleSignOnRoutesOptions {
  singleSignOn: SingleSignOn;
  tokens: Pick<ConsoleClients['tokens'], 'assumeRoleWithWebIdentity'>;
  sessions: SessionStore;
  gate: CallGate;
  proxies: TrustedProxies;
  site: Site;
  clock: Clock;
  logger: Logger;
}

/** A browser goes to a provider and comes back; what the provider says becomes a session of a role. */
export function singleSignOnRoutes(app: App, options: SingleSignOnRoutesOptions): void {
  const { singleSignOn, sessions, gate, proxies, site, logger } = options;
  const log = new LogSampler({ logger, perSecond: 1 });
  const callbackOf = (name: string) => `${site.origin}${SINGLE_SIGN_ON_PATH}/${name}/callback`;
  const refuse = (request: Request, reply: Reply, error: unknown) => {
    const code = isDomainError(error) ? error.reason : 'InternalServiceError';
    log.warn(code, 'nobody was signed in by a provider', {
      requestId: request.id,
      code,
      error: isDomainError(error) ? error.cause : error,
    });
    return reply.redirect(REFUSED, 303);
  };
  const onRequest = async (request: Request, reply: Reply) => {
    const { sourceIp } = clientOf(request, proxies);
    const admission = await gate.enter(sourceIp, undefined);
    if (!('leave' in admission)) return reply.code(admission.status).type(TEXT).send(admission.message);
    reply.raw.once('close', () => admission.leave());
  };

  app.get<{ Params: { name: string } }>(`${SINGLE_SIGN_ON_PATH}/:name`, { onRequest }, async (request, reply) => {
    try {
      const begun = await singleSignOn.begin(request.params.name, callbackOf(request.params.name));
      if (begun === undefined) return reply.callNotFound();
      return reply.header('set-cookie', attemptCookie(begun.id, PATIENCE_MS)).redirect(begun.location, 303);
    } catch (error) {
      return refuse(request, reply, error);
    }
  });

  app.get<{ Params: { name: string } }>(`${SINGLE_SIGN_ON_PATH}/:name/callback`, { onRequest }, async (request, reply) => {
    reply.header('set-cookie', NO_ATTEMPT_COOKIE);
    const id = attemptIdOf(request.headers.cookie);
    if (id === undefined) return refuse(request, reply, undefined);
    try {
      const { name } = request.params;
      // The provider knows the console by its own name alone.
      const address = new URL(callbackOf(name) + new URL(request.url, site.origin).search);
      const proof = await singleSignOn.finish(name, id, address);
      const session = await sessions.begin(await personOf(request, proof, options));
      // A second header beside the first.
      return reply.header('set-cookie', sessionCookie(session.id)).redirect('/', 303);
    } catch (error) {
      return refuse(request, reply, error);
    }
  });
}

/** The session of the role; identity-service checks the token itself. */
async function personOf(request: Request, proof: Proof, { tokens, proxies, clock }: SingleSignOnRoutesOptions) {
  const { idToken, roleArn, sessionName } = proof;
  const call = { requestId: request.id, deadline: clock.millis() + CONSOLE.callMs };
  const asked = AssumeRoleWithWebIdentityRequest.fromPartial({
    roleArn,
    roleSessionName: sessionName,
    webIdentityToken: idToken,
  });
  const onBehalfOf = { credentialId: '', ...clientOf(request, proxies), requestId: request.id };
  const { credentials, assumedRoleArn } = await tokens.assumeRoleWithWebIdentity(
    { ...asked, durationSeconds: ROLE_SESSION_MS / SECOND },
    { ...call, onBehalfOf },
  );
  const [, , , , accountId = ''] = assumedRoleArn.split(':');
  const credentialId = `session:${credentials!.accessKeyId}`;
  return { credentialId, accountId, userName: sessionName, arn: assumedRoleArn, multiFactor: false, lastsMs: ROLE_SESSION_MS };
}
