import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const trailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/trail',
  component: lazyRouteComponent(() => import('./trail-page'), 'TrailPage'),
});

export const trailRoutes = [trailRoute] as const;
