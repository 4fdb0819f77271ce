import { join } from 'node:path';
import { BackgroundProcess, baseEnvironment, randomPassword, type CertificateFiles } from '@strongroom/local-cluster';

export interface AuthorizationServerOptions {
  directory: string;
  /** Its port on the loopback interface. */
  port: number;
  /** Absent: plain HTTP. */
  certificate?: CertificateFiles;
  /** Whether each refresh returns a new refresh token, and the use of an old one revokes the whole grant. */
  rotate: boolean;
  introspection: boolean;
}

/** An OAuth 2 and OpenID Connect server of our own: oidc-provider in a process. It has new keys after each start. */
export class AuthorizationServer {
  readonly issuer: string;
  /** Of the clients `app-client_secret_basic` and `app-client_secret_post`; `app-none` has no secret. */
  readonly clientSecret = randomPassword();
  private readonly process: BackgroundProcess;

  /** @param send reaches the server and trusts its certificate; default: fetch */
  constructor(
    { directory, port, certificate, rotate, introspection }: AuthorizationServerOptions,
    private readonly send: (
      url: string,
      body?: string,
      headers?: Record<string, string>,
    ) => Promise<{ status: number; body: string }> = sendByFetch,
  ) {
    this.issuer = `${certificate === undefined ? 'http' : 'https'}://localhost:${port}`;
    this.process = new BackgroundProcess({
      name: 'authorization server',
      command: process.execPath,
      args: [join(__dirname, '../fixtures/authorization-server.mjs')],
      env: {
        ...baseEnvironment(),
        PORT: String(port),
        ...(certificate !== undefined && { CERT_FILE: certificate.certFile, KEY_FILE: certificate.keyFile }),
        CLIENT_SECRET: this.clientSecret,
        ROTATE: String(rotate),
        INTROSPECTION: String(introspection),
      },
      pidFile: join(directory, `authorization-${port}.pid`),
      logFile: join(directory, `authorization-${port}.log`),
    });
  }

  async start(milliseconds = 30_000): Promise<void> {
    await this.process.start();
    await this.process.waitUntil('answering', () => this.answers(), milliseconds);
  }

  stop(): Promise<void> {
    return this.process.stop(2_000);
  }

  /** The refresh token that a person's consent would lead to. */
  async newRefreshToken(clientId: string): Promise<string> {
    return (await this.send(`${this.issuer}/test/refresh-token`, JSON.stringify({ clientId }))).body;
  }

  /**
   * An ID token about `ada` for the client `app-<method>`, as the token endpoint gives it: RS256 by default, ES256 to
   * `client_secret_post`.
   */
  async newIdToken(method: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic'): Promise<string> {
    const clientId = `app-${method}`;
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: await this.newRefreshToken(clientId) });
    const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
    if (method === 'client_secret_basic') {
      headers['authorization'] = `Basic ${Buffer.from(`${clientId}:${this.clientSecret}`).toString('base64')}`;
    } else {
      form.set('client_id', clientId);
      form.set('client_secret', this.clientSecret);
    }
    const { body } = await this.send(`${this.issuer}/token`, form.toString(), headers);
    return (JSON.parse(body) as { id_token: string }).id_token;
  }

  private async answers(): Promise<boolean> {
    try {
      return (await this.send(`${this.issuer}/.well-known/openid-configuration`)).status === 200;
    } catch {
      return false;
    }
  }
}

const sendByFetch = async (url: string, body?: string, headers?: Record<string, string>) => {
  const response = await fetch(url, { method: body === undefined ? 'GET' : 'POST', body, headers });
  return { status: response.status, body: await response.text() };
};
