import * as oidc from 'openid-client';
import { z } from 'zod';
import { MINUTE } from '@strongroom/clock';
import { DomainError } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import { hashOf, newSessionId } from '../domain/hashing/session-id';
import type { SessionRedis } from '../sessions/session-store';
import { type Provider, roleOf, sessionNameOf } from './providers';

/** How long a person may take at the provider. Milliseconds. */
export const PATIENCE_MS = 10 * MINUTE;
/** Of a call of a provider. Seconds. */
const TIMEOUT = 10;
const PREFIX = 'strongroom:console:sign-in:';

const begun = z.object({ provider: z.string(), verifier: z.string(), state: z.string(), nonce: z.string() });

/** What a provider says of a person. */
export interface Proof {
  readonly idToken: string;
  readonly roleArn: string;
  readonly sessionName: string;
}

/** A person may not sign in; why, only the log says. */
const refused = (cause?: unknown): DomainError =>
  new DomainError({ kind: 'unauthenticated', reason: 'SignInFailed', message: 'The provider did not say who you are.', cause });

/**
 * Signing in at OpenID Connect providers: authorization code with PKCE, state and nonce. What belongs to one attempt is kept
 * under the hash of an id that only the browser has, and is good once.
 */
export class SingleSignOn {
  private readonly known = new Map<string, Promise<oidc.Configuration>>();

  constructor(
    private readonly providers: readonly Provider[],
    private readonly redis: SessionRedis,
    private readonly random: RandomSource,
  ) {}

  get offered(): readonly Pick<Provider, 'name' | 'title'>[] {
    return this.providers.map(({ name, title }) => ({ name, title }));
  }

  /** Where the person must go, and the id of the attempt. undefined: there is no such provider. */
  async begin(name: string, redirectUri: string): Promise<{ location: string; id: string } | undefined> {
    const provider = this.find(name);
    if (provider === undefined) return undefined;
    const configuration = await this.configurationOf(provider);
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    const id = newSessionId(this.random);
    const attempt = JSON.stringify({ provider: name, verifier, state, nonce });
    await this.redis.set(PREFIX + hashOf(id), attempt, 'PX', PATIENCE_MS, 'NX');
    const location = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: provider.scopes.join(' '),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { location: location.href, id };
  }

  /**
   * @param id of the attempt, as the browser has it
   * @param address to which the provider sent the browser
   * @throws `unauthenticated` if the provider did not say who it is, if the attempt is another one, or nobody gets a role
   */
  async finish(name: string, id: string, address: URL): Promise<Proof> {
    const key = PREFIX + hashOf(id);
    const text = await this.redis.get(key);
    // Whoever is faster has it: the other finds nothing to delete.
    if (text === null || (await this.redis.del(key)) === 0) throw refused();
    const attempt = begun.parse(JSON.parse(text));
    const provider = this.find(name);
    if (provider === undefined || attempt.provider !== name) throw refused();
    try {
      const tokens = await oidc.authorizationCodeGrant(await this.configurationOf(provider), address, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const roleArn = roleOf(provider, claims);
      if (roleArn === undefined) throw refused();
      return { idToken: tokens.id_token!, roleArn, sessionName: sessionNameOf(provider, claims) };
    } catch (error) {
      throw error instanceof DomainError ? error : refused(error);
    }
  }

  private find(name: string): Provider | undefined {
    return this.providers.find((provider) => provider.name === name);
  }

  /** What the provider says of itself, asked once; again if it did not answer. */
  private configurationOf(provider: Provider): Promise<oidc.Configuration> {
    const { name, issuer, clientId, clientSecret } = provider;
    let known = this.known.get(name);
    if (known === undefined) {
      const authentication = clientSecret === undefined ? oidc.None() : undefined;
      const execute = issuer.startsWith('http://') ? [oidc.allowInsecureRequests] : [];
      known = oidc.discovery(new URL(issuer), clientId, clientSecret, authentication, { timeout: TIMEOUT, execute });
      this.known.set(name, known);
      known.catch(() => this.known.delete(name));
    }
    return known;
  }
}
