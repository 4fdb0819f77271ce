import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculatePKCECodeChallenge } from 'openid-client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** The code that the issuer gives whoever it was asked about last. */
export const CODE = 'the code';

/** An OpenID Connect provider that says what a test wants, to whoever shows the code and what was hashed into the request. */
export class TestIssuer {
  claims: Record<string, unknown> = { groups: ['operators'], email: 'ada@example.com' };
  private asked = new URLSearchParams();
  private server!: Server;
  private keys!: Awaited<ReturnType<typeof generateKeyPair>>;

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The person goes on from here. */
  expects(asked: URLSearchParams): void {
    this.asked = asked;
  }

  async start(): Promise<void> {
    this.keys = await generateKeyPair('ES256');
    this.server = createServer((request, response) => {
      void this.answer(request).then((body) => {
        response.writeHead(body === undefined ? 400 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<object | undefined> {
    const issuer = this.url;
    if (request.url === '/.well-known/openid-configuration') {
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['ES256'],
      };
    }
    if (request.url === '/jwks') return { keys: [{ ...(await exportJWK(this.keys.publicKey)), alg: 'ES256', kid: 'k' }] };
    let form = '';
    for await (const chunk of request) form += String(chunk);
    const shown = new URLSearchParams(form);
    const challenge = await calculatePKCECodeChallenge(shown.get('code_verifier') ?? '');
    if (shown.get('code') !== CODE || challenge !== this.asked.get('code_challenge')) return undefined;
    const now = Math.floor(Date.now() / 1_000);
    const standard = { iss: issuer, aud: 'console', sub: 'ada', nonce: this.asked.get('nonce'), iat: now, exp: now + 300 };
    const token = new SignJWT({ ...standard, ...this.claims }).setProtectedHeader({ alg: 'ES256', kid: 'k' });
    return { access_token: 'of no use', token_type: 'Bearer', id_token: await token.sign(this.keys.privateKey) };
  }
}
