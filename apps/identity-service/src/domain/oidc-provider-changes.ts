import { limitExceeded } from './iam-errors';
import type { OidcProvider } from './oidc-provider';
import { OIDC_PROVIDERS } from './quotas';
import type { Change } from './store.port';

/** @throws LimitExceeded, EntityAlreadyExists */
export async function addProvider(change: Change, provider: OidcProvider): Promise<void> {
  if ((await change.oidcProviders.of(provider.accountId)).length >= OIDC_PROVIDERS) {
    throw limitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${OIDC_PROVIDERS}`);
  }
  await change.oidcProviders.add(provider);
}

/** What was begun by its word ends with it, as with access keys and certificates. */
export async function removeProvider(change: Change, { arn }: OidcProvider): Promise<void> {
  await change.oidcProviders.remove(arn);
  await change.sessions.removeFrom(arn);
  change.changed(arn);
}
