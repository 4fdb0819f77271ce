import { type DomainError, unauthenticated } from '@strongroom/errors';
import type { Caller, PrincipalSource } from './caller';

/**
 * On whose behalf a service may call: holders of access keys and sessions, who sign their requests. Never a certificate, which proves itself, so that no
 * service can pass for another one.
 */
const SIGNS_REQUESTS = /^(key|session):\w{16,128}$/;

/** The one answer to everybody who did not prove who they are, whatever the cause. */
export const invalidCredential = (): DomainError => unauthenticated('The security token included in the request is invalid.');

/**
 * What a server needs to know its callers. A bearer token, where one is sent, is the credential: a bad one is refused even
 * if the connection's certificate would do, since the caller meant to be somebody in particular. A credential id comes only from a
 * service that calls on somebody's behalf.
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
