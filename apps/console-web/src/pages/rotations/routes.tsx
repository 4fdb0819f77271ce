import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const rotationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rotations',
  component: lazyRouteComponent(() => import('./rotations-page'), 'RotationsPage'),
});

export const rotationsRoutes = [rotationsRoute] as const;
