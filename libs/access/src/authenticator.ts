import { type DomainError, unauthenticated } from '@strongroom/errors';
import type { Caller, PrincipalSource } from './caller';

/** The callers on whose behalf a service may call: holders of access keys and sessions, who sign their requests. */
const SIGNS_REQUESTS = /^(key|session):\w{16,128}$/;
const HAS_CERTIFICATE = /^cert:/;
/** Services that have seen the certificates of their callers, and may name these as well. */
const SEES_CERTIFICATES: ReadonlySet<string | undefined> = new Set(['secrets-api']);

interface Credential {
  certificateUri?: string;
  bearerToken?: string;
  credentialId?: string;
  /** The service that names the caller by its credential id. */
  namedBy?: string;
}

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
  async (credential: Credential): Promise<Caller> => {
    const { certificateUri, bearerToken, credentialId } = credential;
    let caller: Caller | undefined;
    if (credentialId !== undefined) caller = await namedCaller(source, credentialId, credential.namedBy);
    else if (bearerToken !== undefined) caller = await source.byToken(bearerToken);
    else if (certificateUri !== undefined) caller = await source.byCertificate(certificateUri);
    if (caller === undefined) throw invalidCredential();
    return caller;
  };

/** Never a service, so that none can pass for another one. */
async function namedCaller(source: PrincipalSource, credentialId: string, by: string | undefined): Promise<Caller | undefined> {
  const canBeNamed = SIGNS_REQUESTS.test(credentialId) || (HAS_CERTIFICATE.test(credentialId) && SEES_CERTIFICATES.has(by));
  const caller = canBeNamed ? await source.byCredentialId(credentialId) : undefined;
  return caller?.kind === 'service' ? undefined : caller;
}
