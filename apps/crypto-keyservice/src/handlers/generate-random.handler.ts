import type { Caller } from '@strongroom/access';
import type { GenerateRandomRequest, GenerateRandomResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { validationFailed } from '../domain/key-errors';
import { requireNumberOfBytes } from '../domain/limits';
import type { Dependencies } from './dependencies';

export const generateRandom = (d: Dependencies) =>
  unary<GenerateRandomRequest, GenerateRandomResponse, Caller>(async (request, call) => {
    if (request.numberOfBytes === 0) throw validationFailed('NumberOfBytes is required.');
    const length = requireNumberOfBytes(request.numberOfBytes);
    d.access.requireOn(call, 'kms:GenerateRandom', '*', call.caller.accountId);
    return { plaintext: d.random.bytes(length) };
  });
