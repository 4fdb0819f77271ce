import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access',
  component: lazyRouteComponent(() => import('./access-page'), 'AccessPage'),
});

const userRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access/users/$name',
  component: lazyRouteComponent(() => import('./user-page'), 'UserPage'),
});

const groupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access/groups/$name',
  component: lazyRouteComponent(() => import('./group-page'), 'GroupPage'),
});

const roleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access/roles/$name',
  component: lazyRouteComponent(() => import('./role-page'), 'RolePage'),
});

const newRoleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access/new-role',
  component: lazyRouteComponent(() => import('./new-role-page'), 'NewRolePage'),
});

const policyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access/policies/$arn',
  component: lazyRouteComponent(() => import('./policy-page'), 'PolicyPage'),
});

const newPolicyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access/new-policy',
  component: lazyRouteComponent(() => import('./new-policy-page'), 'NewPolicyPage'),
});

export const accessRoutes = [accessRoute, userRoute, groupRoute, roleRoute, newRoleRoute, policyRoute, newPolicyRoute] as const;
