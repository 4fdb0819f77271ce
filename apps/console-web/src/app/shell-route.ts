import { createRootRoute, createRoute } from '@tanstack/react-router';

/** The root of all addresses. `router.tsx` gives it what it shows, so that areas need not know the shell. */
export const rootRoute = createRootRoute();

/** The parent of every page that needs a session: pages appear in the shell, and only to those who are signed in. */
export const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell' });
