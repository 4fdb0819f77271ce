import { type Caller, invalidCredential } from '@strongroom/access';
import type { Change, Session } from './store.port';

export interface SessionOrigin {
  /** The lasting credential that a new session will end with. */
  source: string;
  /** The session that the caller is in. */
  session?: Session;
}

/**
 * What a new session of `caller` begins with. The credential is held until the transaction ends: whoever takes it away at this
 * moment waits, and then takes the new session away too.
 */
export async function originOf(change: Change, caller: Caller): Promise<SessionOrigin> {
  const [kind, id] = splitOnce(caller.credentialId);
  if (kind === 'key') {
    const key = await change.accessKeys.find(id, 'use');
    if (!key?.active) throw invalidCredential();
    return { source: id };
  }
  if (kind === 'session') {
    const session = await change.sessions.find(id, 'use');
    if (!session) throw invalidCredential();
    return { source: session.source, session };
  }
  // A service's certificate is bound to nothing.
  if (caller.kind !== 'service' && !(await change.bindings.find(id, 'use'))) throw invalidCredential();
  return { source: caller.credentialId };
}

/**
 * Whether what a session or a link began with is there still. It is held until the transaction ends, as by `originOf`.
 *
 * @param source as in `Session.source`
 */
export async function holdSource(change: Change, source: string): Promise<boolean> {
  if (source.startsWith('cert:')) return (await change.bindings.find(source.slice('cert:'.length), 'use')) !== undefined;
  if (source.startsWith('login:')) return (await change.loginProfiles.find(source.slice('login:'.length), 'use')) !== undefined;
  if (source.startsWith('arn:')) return (await change.oidcProviders.find(source, 'use')) !== undefined;
  return (await change.accessKeys.find(source, 'use'))?.active === true;
}

function splitOnce(credentialId: string): [string, string] {
  const colon = credentialId.indexOf(':');
  return [credentialId.slice(0, colon), credentialId.slice(colon + 1)];
}
