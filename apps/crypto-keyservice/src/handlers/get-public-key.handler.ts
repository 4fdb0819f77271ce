import type { Caller } from '@strongroom/access';
import type { GetPublicKeyRequest, GetPublicKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { isAsymmetric } from '@strongroom/key-algorithms';
import { CHECKPOINT_ALIAS } from '../domain/default-keys';
import { unsupportedOperation } from '../domain/key-errors';
import { AUDIT_SERVICE } from '../domain/key-policy';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';
import { algorithmsOf } from './key-messages';

export const getPublicKey = (d: Dependencies) =>
  unary<GetPublicKeyRequest, GetPublicKeyResponse, Caller>(async (request, call) => {
    const { principal, accountId } = call.caller;
    // audit-service asks for the key before it signs; the first time creates it.
    if (request.keyId === CHECKPOINT_ALIAS && principal.arn === AUDIT_SERVICE) await d.checkpointKeys.of(accountId);
    const key = await keyFor(d, call, 'GetPublicKey', request.keyId, { grantTokens: request.grantTokens });
    if (!isAsymmetric(key.spec)) throw unsupportedOperation(`${key.arn} is not an asymmetric key.`);
    const { macAlgorithms: _none, ...algorithms } = algorithmsOf(key);
    return {
      keyId: key.arn,
      publicKey: d.pairs.publicKey(key).spki,
      keySpec: key.spec,
      keyUsage: key.usage,
      ...algorithms,
    };
  });
