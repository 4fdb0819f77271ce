import { type DomainError, unauthenticated } from '@strongroom/errors';
import type { Caller, PrincipalSource } from './caller';

/**
 * The callers on whose behalf a service may call: holders of access keys and sessions, who sign their requests. Never a
 * certificate, which proves itself, so that no service can pass for another one.
 */
const SIGNS_REQUESTS = /^(key|session):\w{16,128}$/;

/** Everybody who has not proved who they are gets this answer, whatever the cause. */
export function invalidCredential(): DomainError {
  return unauthenticated('The security token included in the request is invalid.');
}

/**
 * Identifies a server's callers. If a bearer token is sent, it is the credential: a bad one is refused even if the connection's
 * certificate is good, because the caller chose to be somebody in particular. A credential id comes only from a service that
 * calls on somebody's behalf.
 */
export const authenticator =
  (source: PrincipalSource) =>
  async (credential: { certificateUri?: string; bearerToken?: string; credentialId?: string }): Promise<Caller> => {
    const { certificateUri, bearerToken, credentialId } = credential;
    let caller: Caller | undefined;
    if (credentialId !== undefined)
      caller = SIGNS_REQUESTS.test(credentialId) ? await source.byCredentialId(credentialId) : undefined;
    else if (bearerToken !== undefined) caller = await source.byToken(bearerToken);
    else if (certificateUri !== undefined) caller = await source.byCertificate(certificateUri);
    if (caller === undefined) throw invalidCredential();
    return caller;
  };
