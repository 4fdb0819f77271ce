import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/shell-route';

const secretsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/secrets',
  component: lazyRouteComponent(() => import('./secret-list-page'), 'SecretListPage'),
});

// Not below /secrets, where every name is one of a secret.
const newSecretRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/new-secret',
  component: lazyRouteComponent(() => import('./new-secret-page'), 'NewSecretPage'),
});

const importSecretsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/import-secrets',
  component: lazyRouteComponent(() => import('./import-secrets-page'), 'ImportSecretsPage'),
});

export const secretsRoutes = [secretsRoute, newSecretRoute, importSecretsRoute] as const;
