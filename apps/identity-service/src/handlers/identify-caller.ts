import { type Caller, invalidCredential } from '@strongroom/access';
import type { GetSessionTokenRequest } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { CallContext } from '@strongroom/grpc-kit';
import { tokenService } from '@strongroom/methods';
import { validationError } from '../domain/iam-errors';
import type { Dependencies } from './dependencies';
import { Identified, type Refused } from './identify';

const callers = new Identified<GetSessionTokenRequest, Caller>(tokenService.contract.getSessionToken);

/** The caller of GetSessionToken. */
export const identifiedCaller = callers.of.bind(callers);

/** Identifies the caller of GetSessionToken, whose credential may be in the request. */
export const identifyCaller = (d: Pick<Dependencies, 'mint' | 'principals' | 'store'>, refused: Refused) =>
  callers.around((request, call) => identify(d, request, call), refused);

/** Every bad credential gets the same answer after the same work. */
async function identify(
  d: Pick<Dependencies, 'mint' | 'principals' | 'store'>,
  { accessKey }: GetSessionTokenRequest,
  { peer, deadline, caller: verified }: CallContext,
): Promise<Caller> {
  // aws-gateway has verified this caller.
  if (verified !== undefined) return verified as Caller;
  const { certificateUri } = peer;
  if (certificateUri !== undefined) {
    if (accessKey) throw validationError('access_key must not be given by a caller with a client certificate.');
    const caller = await d.principals.byCertificate(certificateUri);
    if (!caller) throw invalidCredential();
    return caller;
  }
  if (!accessKey) throw invalidCredential();
  const { accessKeyId, secretAccessKey } = accessKey;
  const known = ACCESS_KEY_ID.test(accessKeyId)
    ? await d.store.read(deadline, (stored) => stored.accessKeys.find(accessKeyId))
    : undefined;
  const proven = d.mint.matches(accessKeyId, known?.sealedSecret, secretAccessKey);
  if (!proven || !known?.active) throw invalidCredential();
  const caller = await d.principals.byAccessKey(accessKeyId);
  if (!caller) throw invalidCredential();
  return caller;
}

const ACCESS_KEY_ID = /^\w{16,128}$/;
