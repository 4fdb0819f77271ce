import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('./key-list-page'), 'KeyListPage'),
});

// Not below /keys, where every name is one of a key.
const newKeyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/new-key',
  component: lazyRouteComponent(() => import('./new-key-page'), 'NewKeyPage'),
});

const keyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys/$id',
  component: lazyRouteComponent(() => import('./key-page'), 'KeyPage'),
});

export const keysRoutes = [keysRoute, newKeyRoute, keyRoute] as const;
