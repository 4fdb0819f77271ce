import type { Caller } from '@strongroom/access';
import type { EncapsulateRequest, EncapsulateResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { auditOf } from '@strongroom/audit-trail';
import { encapsulate as encapsulateTo, requireAlgorithm } from '@strongroom/key-algorithms';
import { ALGORITHMS, requireOneOf } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor } from './key-call';

export const encapsulate = (d: Dependencies) =>
  unary<EncapsulateRequest, EncapsulateResponse, Caller>(async (request, call) => {
    const { grantTokens } = request;
    const algorithm = requireOneOf('EncapsulationAlgorithm', request.encapsulationAlgorithm, ALGORITHMS.ENCAPSULATE_DECAPSULATE);
    auditOf(call).parameter('encapsulationAlgorithm', algorithm);
    const key = await keyFor(d, call, 'Encapsulate', request.keyId, { grantTokens });
    requireAlgorithm(key.spec, 'ENCAPSULATE_DECAPSULATE', algorithm);
    endDryRun(request);
    const { sharedSecret, ciphertext } = await encapsulateTo(d.pairs.publicKey(key), algorithm, d.random);
    return { keyId: key.arn, sharedSecret, sharedSecretCiphertextBlob: ciphertext, encapsulationAlgorithm: algorithm };
  });
