import { createRootRoute, createRoute, redirect } from '@tanstack/react-router';
import { knownPerson } from './session';

/** The root of all addresses. `router.tsx` gives it what it shows, so that areas need not know the shell. */
export const rootRoute = createRootRoute();

/** The parent of every page that needs a session: pages appear in the shell, and only to those who are signed in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if (await knownPerson()) return;
    const search = location.href === '/' ? {} : { to: location.href };
    // oxlint-disable-next-line typescript/only-throw-error -- the router's way to go elsewhere
    throw redirect({ to: '/sign-in', search: search as never, replace: true });
  },
});
