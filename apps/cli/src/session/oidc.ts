import { MINUTE, SECOND } from '@strongroom/clock';
import type * as OAuth from 'oauth4webapi';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-code';
import { waitForRedirect } from './loopback';
import type { SignInBy } from './profile';

export interface OidcTokens {
  idToken: string;
  /** Absent if the issuer gives none. */
  refreshToken?: string;
}

/** How a person is told where to sign in. */
export interface Guide {
  /** Opens the address in a browser, or says it. */
  visit(address: string): void;
  say(text: string): void;
  signal: AbortSignal;
  /** Waits between two questions to the issuer, milliseconds; default: that long. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const REQUEST_MS = 10 * SECOND;
/** The time that a person has to sign in. */
const PERSON_MS = 5 * MINUTE;
/** `offline_access` asks for a refresh token, which renews the session without the person. */
const DEFAULT_SCOPES = 'openid offline_access';

type Of = Pick<SignInBy<'oidc'>, 'issuer' | 'clientId' | 'scopes'>;

/** The issuer, as the client of a profile sees it: a public client, which has no secret. */
class Issuer {
  private constructor(
    readonly oauth: typeof OAuth,
    readonly server: OAuth.AuthorizationServer,
    readonly client: OAuth.Client,
  ) {}

  static async discover({ issuer, clientId }: Of): Promise<Issuer> {
    // The library is an ES module, which the others are not.
    const oauth = await import('oauth4webapi');
    const url = new URL(issuer);
    try {
      const response = await oauth.discoveryRequest(url, optionsOf(oauth, issuer));
      return new Issuer(oauth, await oauth.processDiscoveryResponse(url, response), { client_id: clientId });
    } catch (error) {
      throw refusal(`${issuer} does not answer as an OpenID Connect issuer`, error, EXIT.unavailable);
    }
  }

  get options() {
    return optionsOf(this.oauth, this.server.issuer);
  }

  get auth(): OAuth.ClientAuth {
    return this.oauth.None();
  }

  endpoint(name: 'authorization_endpoint' | 'device_authorization_endpoint'): string {
    const url = this.server[name];
    if (url === undefined) throw refusal(`${this.server.issuer} has no ${name}`);
    return url;
  }
}

/** Plain HTTP only to an issuer whose address says so, as those of tests do. */
const optionsOf = (oauth: typeof OAuth, issuer: string) => ({
  signal: () => AbortSignal.timeout(REQUEST_MS),
  [oauth.allowInsecureRequests]: issuer.startsWith('http:'),
});

/** Signs a person in by browser: authorization code, with PKCE, to a port of this machine. */
export const signInByBrowser = async (of: Of, guide: Guide): Promise<OidcTokens> => {
  const issuer = await Issuer.discover(of);
  const { oauth, server, client } = issuer;
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const redirect = await waitForRedirect({ signal: guide.signal, patienceMs: PERSON_MS });
  try {
    const address = new URL(issuer.endpoint('authorization_endpoint'));
    const parameters = {
      client_id: of.clientId,
      redirect_uri: redirect.uri,
      response_type: 'code',
      scope: of.scopes ?? DEFAULT_SCOPES,
      // Issuers give a refresh token only to those who asked for consent.
      prompt: 'consent',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    };
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    guide.visit(address.href);
    const answer = oauth.validateAuthResponse(server, client, await redirect.arrival, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      issuer.auth,
      answer,
      redirect.uri,
      verifier,
      issuer.options,
    );
    return tokensIn(
      await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce, requireIdToken: true }),
    );
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw refusal(`${of.issuer} does not sign you in`, error);
  } finally {
    redirect.close();
  }
};

/** Signs a person in by a code that they type on another device. */
export const signInByDevice = async (of: Of, guide: Guide): Promise<OidcTokens> => {
  const issuer = await Issuer.discover(of);
  const { oauth, server, client } = issuer;
  issuer.endpoint('device_authorization_endpoint');
  try {
    const parameters = { scope: of.scopes ?? DEFAULT_SCOPES };
    const asked = await oauth.deviceAuthorizationRequest(server, client, issuer.auth, parameters, issuer.options);
    const device = await oauth.processDeviceAuthorizationResponse(server, client, asked);
    guide.say(`Open ${device.verification_uri} and enter the code ${device.user_code}`);
    return await pollDevice(issuer, device, guide);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw refusal(`${of.issuer} does not sign you in`, error);
  }
};

const pollDevice = async (
  { oauth, server, client, auth, options }: Issuer,
  device: OAuth.DeviceAuthorizationResponse,
  { signal, pause = pauseFor }: Guide,
): Promise<OidcTokens> => {
  const end = Date.now() + Math.min(device.expires_in * SECOND, PERSON_MS);
  let interval = (device.interval ?? 5) * SECOND;
  while (Date.now() < end) {
    await pause(interval, signal);
    const response = await oauth.deviceCodeGrantRequest(server, client, auth, device.device_code, options);
    try {
      return tokensIn(await oauth.processDeviceCodeResponse(server, client, response));
    } catch (error) {
      const code = error instanceof oauth.ResponseBodyError ? error.error : undefined;
      if (code === 'slow_down') interval += 5 * SECOND;
      else if (code !== 'authorization_pending') throw error;
    }
  }
  throw new CliError('Nobody signed in in time.', { exitCode: EXIT.refused, hint: 'Run `strongroom login` again.' });
};

const pauseFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(new CliError('Interrupted.', { exitCode: EXIT.interrupted }));
    };
    signal.addEventListener('abort', stop, { once: true });
  });

/** A new ID token, without the person. */
export const refreshedIdToken = async (of: Of, refreshToken: string): Promise<OidcTokens> => {
  const { oauth, server, client, auth, options } = await Issuer.discover(of);
  const response = await oauth.refreshTokenGrantRequest(server, client, auth, refreshToken, options);
  return tokensIn(await oauth.processRefreshTokenResponse(server, client, response));
};

const tokensIn = ({ id_token: idToken, refresh_token: refreshToken }: OAuth.TokenEndpointResponse): OidcTokens => {
  if (idToken === undefined) throw refusal('The issuer gave no ID token: the scopes must include openid');
  return { idToken, refreshToken };
};

const refusal = (
  what: string,
  cause?: unknown,
  exitCode: typeof EXIT.refused | typeof EXIT.unavailable = EXIT.refused,
): CliError => {
  const { error, message } = (cause ?? {}) as { error?: unknown; message?: string };
  const why = typeof error === 'string' ? error : message;
  return new CliError(why === undefined ? `${what}.` : `${what} (${why}).`, { exitCode, cause });
};
