import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const secretRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/secrets/$name',
  component: lazyRouteComponent(() => import('./secret-page'), 'SecretPage'),
});

export const secretRoutes = [secretRoute] as const;
