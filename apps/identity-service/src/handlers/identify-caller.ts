import { type Caller, invalidCredential } from '@strongroom/access';
import { type GetSessionTokenRequest } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { type Around, type CallContext, type ServerOptions } from '@strongroom/grpc-kit';
import { validationError } from '../domain/iam-errors';
import { type Dependencies } from './dependencies';

const identified = new WeakMap<CallContext, Caller>();

/** Who calls GetSessionToken. */
export function identifiedCaller(call: CallContext): Caller {
  const caller = identified.get(call);
  if (!caller) throw new Error(`the caller of ${call.operation} was not identified`);
  return caller;
}

/**
 * Finds out who calls GetSessionToken, the one call whose credential is in the request. It stands before the auditing: who fails
 * here is turned away at the door like everybody without a credential, and can fill the journal no more than they can.
 */
export const identifyCaller =
  (d: Pick<Dependencies, 'mint' | 'principals' | 'store'>, refused: NonNullable<ServerOptions<Caller>['onRefused']>): Around =>
  async (call, request, next) => {
    if (call.operation !== 'GetSessionToken') return next();
    try {
      identified.set(call, await identify(d, request as GetSessionTokenRequest, call));
    } catch (error) {
      await refused(call, error);
      throw error;
    }
    return next();
  };

/** Whatever is wrong with a credential, the answer is the same, and comes after the same work. */
async function identify(
  d: Pick<Dependencies, 'mint' | 'principals' | 'store'>,
  { accessKey }: GetSessionTokenRequest,
  { peer, deadline, caller: verified }: CallContext,
): Promise<Caller> {
  // By aws-gateway, on whose word the call was let in.
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
