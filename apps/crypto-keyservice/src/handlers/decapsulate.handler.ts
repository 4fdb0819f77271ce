import type { Caller } from '@strongroom/access';
import type { DecapsulateRequest, DecapsulateResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { auditOf } from '@strongroom/audit-trail';
import { decapsulate as open, requireAlgorithm } from '@strongroom/key-algorithms';
import { ALGORITHMS, requireCiphertext, requireOneOf } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor } from './key-call';

export const decapsulate = (d: Dependencies) =>
  unary<DecapsulateRequest, DecapsulateResponse, Caller>(async (request, call) => {
    const { grantTokens } = request;
    const algorithm = requireOneOf('EncapsulationAlgorithm', request.encapsulationAlgorithm, ALGORITHMS.ENCAPSULATE_DECAPSULATE);
    const ciphertext = requireCiphertext(request.sharedSecretCiphertextBlob, 'SharedSecretCiphertextBlob');
    auditOf(call).parameter('encapsulationAlgorithm', algorithm);
    const key = await keyFor(d, call, 'Decapsulate', request.keyId, { grantTokens });
    requireAlgorithm(key.spec, 'ENCAPSULATE_DECAPSULATE', algorithm);
    endDryRun(request);
    const sharedSecret = await open(d.pairs.privateKey(key), algorithm, ciphertext);
    return { keyId: key.arn, sharedSecret, encapsulationAlgorithm: algorithm };
  });
