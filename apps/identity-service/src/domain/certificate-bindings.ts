import type { CertificateBinding, Change } from './store.port';

/** @throws EntityAlreadyExists: a URI is bound to one identity of one account */
export async function addBinding(change: Change, binding: CertificateBinding): Promise<void> {
  await change.bindings.add(binding);
  change.changed(`cert:${binding.uri}`);
}

/** The sessions that were begun with the certificate end with it. */
export async function removeBinding(change: Change, uri: string): Promise<void> {
  await change.bindings.remove(uri);
  await change.sessions.removeFrom(`cert:${uri}`);
  change.changed(`cert:${uri}`);
}
