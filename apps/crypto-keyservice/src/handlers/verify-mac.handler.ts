import type { Caller } from '@strongroom/access';
import type { VerifyMacRequest, VerifyMacResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { verifyMac as verify } from '@strongroom/key-algorithms';
import { requireSignature } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { macKeyFor } from './mac';

export const verifyMac = (d: Dependencies) =>
  unary<VerifyMacRequest, VerifyMacResponse, Caller>(async (request, call) => {
    const mac = requireSignature('Mac', request.mac);
    const { key, algorithm } = await macKeyFor(d, call, 'VerifyMac', request);
    verify(d.pairs.macKey(key), algorithm, request.message, mac);
    return { keyId: key.arn, macValid: true, macAlgorithm: algorithm };
  });
