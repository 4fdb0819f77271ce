import { createTRPCClient, httpLink, type TRPCLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { tap } from '@trpc/server/observable';
import { type ConsoleApi, transformer } from '@strongroom/console-api';
import { isUnattended } from './activity';
import { isSignedOut } from './api-error';
import { queryClient } from './query-client';

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls `listener` when a call was refused because the session has ended. */
export const onSignedOut = (listener: Listener): void => void listeners.add(listener);

/** Signing in is refused in its own place. */
const watchSession: TRPCLink<ConsoleApi> =
  () =>
  ({ op, next }) =>
    next(op).pipe(
      tap({
        error: (error) => {
          if (!op.path.startsWith('session.') && isSignedOut(error)) listeners.forEach((tell) => tell());
        },
      }),
    );

/** Milliseconds after which a call without an answer is given up; the services give up before. */
const DEADLINE = 60_000;

/** The console's API, called directly: `await client.secrets.listSecrets.query({})`. */
export const client = createTRPCClient<ConsoleApi>({
  links: [
    watchSession,
    httpLink({
      url: '/api',
      transformer,
      // Nothing that is asked stands in an address.
      methodOverride: 'POST',
      headers: ({ op }) => ({
        'x-strongroom': '1',
        ...(isUnattended() && op.path !== 'session.touch' && { 'x-strongroom-idle': '1' }),
      }),
      fetch: (address, options) => {
        const signals = [AbortSignal.timeout(DEADLINE), ...(options?.signal ? [options.signal] : [])];
        return fetch(address, { ...options, signal: AbortSignal.any(signals), credentials: 'same-origin', redirect: 'error' });
      },
    }),
  ],
});

/** The same for TanStack Query: `useQuery(api.secrets.listSecrets.queryOptions({}))`, `useAction(api.….mutationOptions())`. */
export const api = createTRPCOptionsProxy<ConsoleApi>({ client, queryClient });
