import { z } from 'zod';
import type { Person, RedeemLinkInput, SignInAnswer, SignInInput, SignInProvider } from '@strongroom/console-api';
import {
  BeginPasskeySignInRequest,
  RedeemSignInLinkRequest,
  type SignedIn,
  SignInRequest,
} from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { isDomainError, internalServiceError } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { signInService } from '@strongroom/methods';
import type { Logger } from '@strongroom/telemetry';
import { LONGEST_MS, personOf, type Session, SHORTEST_MS } from '../domain/session';
import type { SessionStore } from '../sessions/session-store';
import type { ApiContext } from './context';
import { type ConsoleClients, onBehalfOf } from './derived';
import { openProcedure, router } from './trpc';

const text = (most: number) => z.string({ error: 'must be a text' }).max(most, { error: `has at most ${most} characters` });

const signInInput: z.ZodType<SignInInput> = z.strictObject({
  accountId: z.string({ error: 'must be 12 digits' }).regex(/^\d{12}$/, { error: 'must be 12 digits' }),
  userName: text(128).min(1, { error: 'must not be empty' }),
  password: text(128).min(1, { error: 'must not be empty' }),
  tokenCode: text(16).optional(),
  passkeyJson: text(16_384).optional(),
  newPassword: text(128).optional(),
});
const redeemLinkInput: z.ZodType<RedeemLinkInput> = z.strictObject({
  token: text(1_024).min(1, { error: 'must not be empty' }),
  durationSeconds: z
    .int()
    .min(SHORTEST_MS / 1_000)
    .max(LONGEST_MS / 1_000)
    .optional(),
});

export interface SessionRouterOptions {
  signIns: Pick<ServiceClient<typeof signInService>, 'signIn' | 'redeemSignInLink' | 'beginPasskeySignIn'>;
  tokens: Pick<ConsoleClients['tokens'], 'revokeSessions'>;
  sessions: SessionStore;
  /** The origin of the page. */
  origin: () => string;
  providers: readonly SignInProvider[];
  logger: Logger;
}

/** Signing in and out. Who signs in gets a new session, and the one that the browser had before ends. */
export function sessionRouter({ signIns, tokens, sessions, origin, providers, logger }: SessionRouterOptions) {
  const timesOf = ({ requestId, deadline }: ApiContext) => ({ requestId, deadline });
  const durationSeconds = LONGEST_MS / 1_000;

  const begin = async (ctx: ApiContext, signedIn: SignedIn | undefined, more: Pick<Session, 'lastsMs'> = {}): Promise<Person> => {
    if (signedIn === undefined) throw internalServiceError('identity-service did not say who signed in');
    const { credentialId, accountId, userName, arn, multiFactor } = signedIn;
    await end(ctx);
    const { id, session } = await sessions.begin({ credentialId, accountId, userName, arn, multiFactor, ...more });
    ctx.setSession(id);
    return personOf(session);
  };

  /** Also at the services: whoever has copied the cookie cannot go on either way. */
  const end = async (ctx: ApiContext): Promise<void> => {
    const { session } = ctx;
    if (session === undefined) return;
    await sessions.end(session.id);
    const [, accessKeyId] = /^session:(\w+)$/.exec(session.value.credentialId) ?? [];
    if (accessKeyId === undefined) return;
    const request = { sessions: { $case: 'accessKeyId', value: accessKeyId } } as const;
    await tokens.revokeSessions(request, onBehalfOf({ ...ctx, session })).catch((error: unknown) => {
      // Nobody has its key, and identity-service ends it by itself.
      if (!isDomainError(error) || error.kind !== 'unauthenticated') {
        logger.warn('a session that a person ended goes on at identity-service', { requestId: ctx.requestId, error });
      }
    });
  };

  return router({
    signIn: openProcedure.input(signInInput).mutation(async ({ ctx, input }): Promise<SignInAnswer> => {
      const request = SignInRequest.fromPartial({ ...input, client: ctx.client, durationSeconds });
      const { outcome } = await signIns.signIn(request, timesOf(ctx));
      if (outcome?.$case !== 'newPasswordRequired') return { outcome: 'signed-in', person: await begin(ctx, outcome?.value) };
      const { expired, passwordPolicy } = outcome.value;
      return { outcome: 'new-password-required', expired, ...(passwordPolicy && { passwordPolicy }) };
    }),

    providers: openProcedure.query((): readonly SignInProvider[] => providers),

    beginPasskey: openProcedure.mutation(async ({ ctx }) => {
      const request = BeginPasskeySignInRequest.fromPartial({ relyingParty: { origin: origin() } });
      return { optionsJson: (await signIns.beginPasskeySignIn(request, timesOf(ctx))).optionsJson };
    }),

    redeemLink: openProcedure.input(redeemLinkInput).mutation(async ({ ctx, input }): Promise<Person> => {
      const request = RedeemSignInLinkRequest.fromPartial({ durationSeconds, ...input, client: ctx.client });
      const { signedIn } = await signIns.redeemSignInLink(request, timesOf(ctx));
      return begin(ctx, signedIn, input.durationSeconds === undefined ? {} : { lastsMs: input.durationSeconds * 1_000 });
    }),

    whoAmI: openProcedure.query(({ ctx }): Person | null => (ctx.session === undefined ? null : personOf(ctx.session.value))),

    touch: openProcedure.mutation(({ ctx }): Person | null => (ctx.session === undefined ? null : personOf(ctx.session.value))),

    signOut: openProcedure.mutation(async ({ ctx }): Promise<null> => {
      await end(ctx);
      ctx.setSession(undefined);
      return null;
    }),
  });
}
