import { type DomainError, unauthenticated } from '@strongroom/errors';
import { type Caller, type PrincipalSource } from './caller';

/** The one answer to everybody who did not prove who they are, whatever the cause. */
export const invalidCredential = (): DomainError => unauthenticated('The security token included in the request is invalid.');

/**
 * What a server needs to know its callers. A bearer token, where one is sent, is the credential: a bad one is refused even
 * if the connection's certificate would do, since the caller meant to be somebody in particular.
 */
export const authenticator =
  (source: PrincipalSource) =>
  async (credential: { certificateUri?: string; bearerToken?: string }): Promise<Caller> => {
    const { certificateUri, bearerToken } = credential;
    let caller: Caller | undefined;
    if (bearerToken !== undefined) caller = await source.byToken(bearerToken);
    else if (certificateUri !== undefined) caller = await source.byCertificate(certificateUri);
    if (caller === undefined) throw invalidCredential();
    return caller;
  };
