import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const secretsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/secrets',
  component: lazyRouteComponent(() => import('./secrets-page'), 'SecretsPage'),
});

export const secretsRoutes = [secretsRoute] as const;
