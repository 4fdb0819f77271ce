import type { Caller } from '@strongroom/access';
import type { GenerateDataKeyPairRequest, GenerateDataKeyPairResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { dataKeyPair } from './data-key-pair';
import type { Dependencies } from './dependencies';

export const generateDataKeyPair = (d: Dependencies) =>
  unary<GenerateDataKeyPairRequest, GenerateDataKeyPairResponse, Caller>(async (request, call) => {
    return dataKeyPair(d, call, 'GenerateDataKeyPair', request);
  });
