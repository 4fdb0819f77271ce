import { initTRPC, TRPCError } from '@trpc/server';
import { transformer } from '@strongroom/console-api';
import { isDomainError, unauthenticated } from '@strongroom/errors';
import type { SessionStore } from '../sessions/session-store';
import type { ApiContext } from './context';
import { asTrpcError, problemOf } from './problem';

/** What the page wrote in another way than the console writes is the page's fault. */
const serverTransformer = {
  ...transformer,
  deserialize(message: Parameters<typeof transformer.deserialize>[0]): unknown {
    try {
      return transformer.deserialize(message);
    } catch (cause) {
      throw new TRPCError({ code: 'BAD_REQUEST', message: 'not a message of the console', cause });
    }
  },
};

const t = initTRPC.context<ApiContext>().create({
  transformer: { input: serverTransformer, output: serverTransformer },
  isDev: false,
  errorFormatter: ({ shape, error, ctx }) => {
    const problem = problemOf(error, ctx?.requestId);
    const { code, httpStatus, path } = shape.data;
    return { ...shape, message: problem.message, data: { code, httpStatus, path, problem } };
  },
});

export const router = t.router;

/** For anybody. */
export const openProcedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw asTrpcError(result.error);
  return result;
});

/** For whoever has signed in. If the services no longer know the session, it ends here as well. */
export const signedInProcedure = (sessions: Pick<SessionStore, 'end'>) =>
  openProcedure.use(async ({ ctx, next }) => {
    const { session } = ctx;
    if (session === undefined) throw unauthenticated('You are not signed in, or your session has ended.');
    const result = await next({ ctx: { session } });
    const cause = result.ok ? undefined : result.error.cause;
    if (isDomainError(cause) && cause.kind === 'unauthenticated') {
      ctx.setSession(undefined);
      await sessions.end(session.id);
    }
    return result;
  });

export type SignedInProcedure = ReturnType<typeof signedInProcedure>;
