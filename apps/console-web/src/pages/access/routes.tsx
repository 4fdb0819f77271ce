import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access',
  component: lazyRouteComponent(() => import('./access-page'), 'AccessPage'),
});

export const accessRoutes = [accessRoute] as const;
