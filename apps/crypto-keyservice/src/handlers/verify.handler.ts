import type { Caller } from '@strongroom/access';
import type { VerifyRequest, VerifyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { verify as verifyWith } from '@strongroom/key-algorithms';
import { requireSignature } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { signingOf } from './signing';

export const verify = (d: Dependencies) =>
  unary<VerifyRequest, VerifyResponse, Caller>(async (request, call) => {
    const { key, signing } = await signingOf(d, call, 'Verify', request);
    await verifyWith(d.pairs.publicKey(key), signing, requireSignature('Signature', request.signature));
    return { keyId: key.arn, signatureValid: true, signingAlgorithm: signing.algorithm };
  });
