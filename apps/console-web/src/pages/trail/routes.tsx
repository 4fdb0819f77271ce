import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const trailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/trail',
  component: lazyRouteComponent(() => import('./trail-page'), 'TrailPage'),
});

const eventRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/trail/events/$eventId',
  component: lazyRouteComponent(() => import('./event-page'), 'EventPage'),
});

export const trailRoutes = [trailRoute, eventRoute] as const;
