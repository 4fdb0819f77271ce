import type { Caller } from '@strongroom/access';
import type { GenerateRandomRequest, GenerateRandomResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireNumberOfBytes } from '../domain/limits';
import type { Dependencies } from './dependencies';

export const generateRandom = (d: Dependencies) =>
  unary<GenerateRandomRequest, GenerateRandomResponse, Caller>(async (request, call) => {
    const length = requireNumberOfBytes(request.numberOfBytes);
    d.access.requireOn(call, 'kms:GenerateRandom', '*', call.caller.accountId);
    return { plaintext: d.random.bytes(length) };
  });
