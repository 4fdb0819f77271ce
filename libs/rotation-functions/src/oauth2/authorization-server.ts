import { invalidRequest, isDomainError, serviceUnavailable } from '@strongroom/errors';
import type * as OAuth from 'oauth4webapi';
import { TargetUnreachable } from '@strongroom/egress';
import type { SecretFields } from '../shared/secret-fields';
import type { TargetHttp } from '@strongroom/egress';
import { targetTls } from '../shared/target-tls';

/** The answer of the token endpoint. */
export interface Tokens {
  accessToken: string;
  tokenType: string;
  /** Absent if the server keeps the present one. */
  refreshToken?: string;
  /** Seconds from now. */
  expiresIn?: number;
  scope?: string;
}

const authMethods = ['client_secret_basic', 'client_secret_post', 'none'] as const;

/** The authorization server of a secret, as the client in it sees it. */
export class AuthorizationServerClient {
  private constructor(
    private readonly oauth: typeof OAuth,
    private readonly server: OAuth.AuthorizationServer,
    private readonly fields: SecretFields,
    private readonly options: { signal: AbortSignal },
  ) {}

  /** Asks the issuer for its endpoints, unless the secret names the token endpoint. Changes nothing. */
  static async of(fields: SecretFields, signal: AbortSignal, http: TargetHttp): Promise<AuthorizationServerClient> {
    const url = requireClientFields(fields);
    // The library is an ES module, which the others are not.
    const oauth = await import('oauth4webapi');
    const options = {
      signal,
      [oauth.customFetch]: fetchWith(http, fields, signal),
      [oauth.allowInsecureRequests]: url.protocol === 'http:',
    };
    if (fields.has('token_endpoint')) {
      const server = {
        issuer: url.origin,
        token_endpoint: url.href,
        introspection_endpoint: fields.has('introspection_endpoint') ? urlOf(fields, 'introspection_endpoint').href : undefined,
      };
      return new AuthorizationServerClient(oauth, server, fields, options);
    }
    try {
      const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
      if (!server.token_endpoint) throw fields.wrong('issuer', 'must be an authorization server with a token endpoint');
      return new AuthorizationServerClient(oauth, server, fields, options);
    } catch (error) {
      if (isDomainError(error)) throw error;
      throw new TargetUnreachable(namedOf(fields), `the issuer does not publish its endpoints (${codeOf(error)})`);
    }
  }

  get canIntrospect(): boolean {
    return this.server.introspection_endpoint !== undefined;
  }

  /** Uses the refresh token. Many servers accept it only once. */
  async refresh(): Promise<Tokens> {
    const { oauth, server, client, options } = this;
    try {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        this.auth(),
        this.fields.text('refresh_token'),
        options,
      );
      // The answer holds a token that cannot be requested again. So it is taken as it is, and an ID token in it, which nobody
      // needs here, is not checked.
      if (response.ok) return tokensIn(await response.text());
      await oauth.processRefreshTokenResponse(server, client, response);
      throw invalidRequest('The token endpoint answered neither with tokens nor with an error.');
    } catch (error) {
      throw this.explain(error, 'token');
    }
  }

  /** Whether the refresh token is valid, without using it. */
  async isActive(): Promise<boolean> {
    const { oauth, server, client, options } = this;
    try {
      const response = await oauth.introspectionRequest(server, client, this.auth(), this.fields.text('refresh_token'), {
        ...options,
        additionalParameters: { token_type_hint: 'refresh_token' },
      });
      return (await oauth.processIntrospectionResponse(server, client, response)).active;
    } catch (error) {
      throw this.explain(error, 'introspection');
    }
  }

  private get client(): OAuth.Client {
    return { client_id: this.fields.text('client_id') };
  }

  private auth(): OAuth.ClientAuth {
    const method = authMethodOf(this.fields);
    if (method === 'none') return this.oauth.None();
    const secret = this.fields.text('client_secret');
    return method === 'client_secret_post' ? this.oauth.ClientSecretPost(secret) : this.oauth.ClientSecretBasic(secret);
  }

  private explain(error: unknown, endpoint: string): Error {
    const { oauth, fields } = this;
    const kinds = [
      oauth.ResponseBodyError,
      oauth.WWWAuthenticateChallengeError,
      oauth.OperationProcessingError,
      oauth.UnsupportedOperationError,
    ];
    if (!kinds.some((kind) => error instanceof kind)) return error as Error;
    const where = `The ${endpoint} endpoint`;
    const status = (error as { status?: number }).status ?? 0;
    const code = error instanceof oauth.ResponseBodyError ? errorCode(error.error) : undefined;
    if (code === 'invalid_client' || status === 401) {
      return invalidRequest(
        `${where} does not accept the fields "client_id", "client_secret" and "token_endpoint_auth_method" of ${fields.of}.`,
      );
    }
    if (code === 'invalid_grant') {
      return invalidRequest(
        `${where} does not accept the field "refresh_token" of ${fields.of} (invalid_grant): it has expired, was revoked or used, perhaps by an interrupted attempt of this ` +
          'rotation. Somebody must authorise the client again and store the new refresh token.',
      );
    }
    if (
      (code !== undefined && status >= 500) ||
      status === 429 ||
      code === 'temporarily_unavailable' ||
      code === 'server_error'
    ) {
      return serviceUnavailable(`${where} failed (${code ?? status}).`);
    }
    // An answer that is none of an authorization server says what answers there, which is nobody's business.
    if (code === undefined)
      return new TargetUnreachable(namedOf(fields), `no answer of an authorization server (${codeOf(error)})`);
    return invalidRequest(`${where} refused the request (${code}).`);
  }
}

const authMethodOf = (fields: SecretFields) =>
  fields.has('token_endpoint_auth_method')
    ? fields.word('token_endpoint_auth_method', authMethods)
    : fields.has('client_secret')
      ? 'client_secret_basic'
      : 'none';

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

const urlOf = (fields: SecretFields, name: string): URL => {
  const text = fields.text(name);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw fields.wrong(name, 'must be an https URL');
};

/** Checks everything that needs no request. Returns the issuer or the token endpoint. */
export const requireClientFields = (fields: SecretFields): URL => {
  fields.text('client_id');
  fields.text('refresh_token');
  if (authMethodOf(fields) !== 'none') fields.text('client_secret');
  return urlOf(fields, fields.has('token_endpoint') ? 'token_endpoint' : 'issuer');
};

/** The server, which has no field "host". */
const namedOf = (fields: SecretFields): string =>
  `the field "${fields.has('token_endpoint') ? 'token_endpoint' : 'issuer'}" of ${fields.of}`;

/** The library's requests, bounded, and with the trust that the secret asks for. */
const fetchWith =
  (http: TargetHttp, fields: SecretFields, signal: AbortSignal) =>
  async (
    target: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    const url = new URL(target);
    const tls = url.protocol === 'https:' ? (targetTls(fields, url.hostname) ?? { rejectUnauthorized: true }) : undefined;
    const answer = await http({
      url,
      method,
      headers,
      body: body === undefined || body === null ? undefined : (body as URLSearchParams).toString(),
      tls,
      signal,
      named: namedOf(fields),
    });
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers });
  };

const tokensIn = (body: string): Tokens => {
  let answer: Record<string, unknown> = {};
  try {
    answer = (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    // Told below; the parser's own message quotes the text.
  }
  const textOf = (name: string) => (typeof answer[name] === 'string' && answer[name] !== '' ? answer[name] : undefined);
  const accessToken = textOf('access_token');
  if (!accessToken) throw invalidRequest('The answer of the token endpoint must be JSON with the field "access_token".');
  const seconds = Number(answer.expires_in ?? NaN);
  return {
    accessToken,
    tokenType: textOf('token_type') ?? 'Bearer',
    refreshToken: textOf('refresh_token'),
    expiresIn: Number.isFinite(seconds) && seconds >= 0 ? Math.floor(seconds) : undefined,
    scope: textOf('scope'),
  };
};

/** An error code of RFC 6749 or the like. Anything longer is not passed on. */
const errorCode = (text: string) => (/^[a-z_]{1,40}$/.test(text) ? text : 'unknown error');

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[A-Z_]{1,50}$/.test(code) ? code : 'not as RFC 6749 specifies';
};
