import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, type Clock } from '@strongroom/clock';
import type { SecretValue } from '@strongroom/envelope';
import { invalidRequest, isDomainError, type ErrorKind } from '@strongroom/errors';
import { randomInteger } from '@strongroom/random';
import type { BuiltInCall, BuiltInFunction } from '../shared/built-in-function.port';
import { findFields, requireFields } from '../shared/secret-fields';
import type { TargetHttp } from '@strongroom/egress';
import { AuthorizationServerClient, requireClientFields, type Tokens } from './authorization-server';

/** Kinds of failure that may be over at the next try. */
const passing: readonly ErrorKind[] = ['unavailable', 'deadline-exceeded', 'aborted', 'resource-exhausted', 'internal'];

/** The time between two tries to store, at least and at most; milliseconds. */
const STORE_PAUSE = { min: 100, max: 2_000 };

/**
 * Stores what cannot be requested again: while the step lasts, it asks again if the store is away. Repeating does no harm,
 * because the first of two values stays.
 */
const storeWhateverHappens = async ({ secret, random, signal }: BuiltInCall, value: SecretValue): Promise<void> => {
  for (let pause = STORE_PAUSE.min; ; pause = Math.min(2 * pause, STORE_PAUSE.max)) {
    try {
      await secret.putPending(value);
      return;
    } catch (error) {
      if (!isDomainError(error) || !passing.includes(error.kind) || signal.aborted) throw error;
      await sleep(pause / 2 + randomInteger(random, pause), undefined, { signal }).catch(() => {});
    }
  }
};

/**
 * OAuth 2 refresh tokens (RFC 6749, section 6). Applications use the access token of AWSCURRENT, rotation alone the refresh
 * token, each time for a new pair.
 *
 * The refresh is createSecret's own side effect. Where the server takes a refresh token once only, its answer is the only valid
 * token until it is stored; a worker that is killed in just that moment loses it, and nobody but a person can get another.
 */
export const oauth2RefreshToken = (http: TargetHttp, clock: Clock = systemClock): BuiltInFunction => {
  const inSeconds = (seconds: number) => new Date(clock.millis() + seconds * 1_000).toISOString();
  const fieldsOf = ({ accessToken, tokenType, refreshToken, expiresIn, scope }: Tokens) => ({
    access_token: accessToken,
    token_type: tokenType,
    expires_at: expiresIn === undefined ? undefined : inSeconds(expiresIn),
    ...(refreshToken && { refresh_token: refreshToken }),
    ...(scope && { scope }),
  });

  return {
    name: 'strongroom-oauth2-refresh-token',
    description:
      'Refreshes OAuth 2 tokens: gets a new access token, and a new refresh token if the authorization server issues one.',

    createsOnServer: true,

    async createSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      if (await call.secret.read('AWSPENDING')) return;
      const server = await AuthorizationServerClient.of(current, call.signal, http);
      await storeWhateverHappens(call, current.with(fieldsOf(await server.refresh())));
    },

    /** The server knows the new tokens, because it created them. */
    setSecret: () => Promise.resolve(),

    async testSecret(call) {
      const pending = await requireFields(call.secret, 'AWSPENDING');
      pending.text('access_token');
      const server = await AuthorizationServerClient.of(pending, call.signal, http);
      if (server.canIntrospect && !(await server.isActive())) {
        throw invalidRequest('The authorization server does not accept the field "refresh_token" of AWSPENDING.');
      }
    },

    async testCurrent(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const server = await AuthorizationServerClient.of(current, call.signal, http);
      if (server.canIntrospect) {
        if (await server.isActive()) return;
        throw invalidRequest('The authorization server does not accept the field "refresh_token" of AWSCURRENT.');
      }
      const pending = await findFields(call.secret, 'AWSPENDING');
      if (pending && pending.text('refresh_token') !== current.text('refresh_token')) {
        throw invalidRequest(
          'The field "refresh_token" of AWSCURRENT was exchanged for that of AWSPENDING, and the authorization server offers no introspection, so nobody can tell ' +
            'whether it is still valid.',
        );
      }
    },

    async targetOf({ secret }) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && requireClientFields(fields).origin;
    },
  };
};
