import { join } from 'node:path';
import { BackgroundProcess, baseEnvironment, randomPassword, type CertificateFiles } from '@strongroom/local-cluster';

export interface AuthorizationServerOptions {
  directory: string;
  /** On the loopback interface. */
  port: number;
  certificate: CertificateFiles;
  /** Whether each refresh gives a new refresh token, and the use of an old one revokes the whole grant. */
  rotate: boolean;
  introspection: boolean;
}

/** An OAuth 2 authorization server of our own over HTTPS: oidc-provider in a process. */
export class AuthorizationServer {
  readonly issuer: string;
  /** Of the clients `app-client_secret_basic` and `app-client_secret_post`; `app-none` has no secret. */
  readonly clientSecret = randomPassword();
  private readonly process: BackgroundProcess;

  /** @param send how to reach it, which trusts its certificate */
  constructor(
    { directory, port, certificate, rotate, introspection }: AuthorizationServerOptions,
    private readonly send: (url: string, body?: string) => Promise<{ status: number; body: string }>,
  ) {
    this.issuer = `https://localhost:${port}`;
    this.process = new BackgroundProcess({
      name: 'authorization server',
      command: process.execPath,
      args: [join(__dirname, '../fixtures/authorization-server.mjs')],
      env: {
        ...baseEnvironment(),
        PORT: String(port),
        CERT_FILE: certificate.certFile,
        KEY_FILE: certificate.keyFile,
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

  /** What a person's consent would lead to. */
  async newRefreshToken(clientId: string): Promise<string> {
    return (await this.send(`${this.issuer}/test/refresh-token`, JSON.stringify({ clientId }))).body;
  }

  private async answers(): Promise<boolean> {
    try {
      return (await this.send(`${this.issuer}/.well-known/openid-configuration`)).status === 200;
    } catch {
      return false;
    }
  }
}
