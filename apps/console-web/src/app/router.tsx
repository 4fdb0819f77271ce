import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { areaRoutes } from './areas';
import { setNavigate } from './go-to';
import { BrokenPage, MissingPage, WaitingPage } from './page-states';
import { Shell } from './shell';
import { rootRoute, shellRoute } from './shell-route';

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../pages/session/sign-in-page'), 'SignInPage'),
});

shellRoute.update({ component: Shell });

export const router = createRouter({
  routeTree: rootRoute.addChildren([signInRoute, shellRoute.addChildren(areaRoutes)]),
  defaultPreload: 'intent',
  defaultPendingComponent: WaitingPage,
  defaultPendingMs: 100,
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: MissingPage,
  scrollRestoration: true,
});

setNavigate((path) => router.history.push(path));

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
