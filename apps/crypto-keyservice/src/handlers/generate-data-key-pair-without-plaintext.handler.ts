import type { Caller } from '@strongroom/access';
import type { GenerateDataKeyPairWithoutPlaintextRequest, GenerateDataKeyPairWithoutPlaintextResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { forget } from '@strongroom/envelope';
import { dataKeyPair } from './data-key-pair';
import type { Dependencies } from './dependencies';

export const generateDataKeyPairWithoutPlaintext = (d: Dependencies) =>
  unary<GenerateDataKeyPairWithoutPlaintextRequest, GenerateDataKeyPairWithoutPlaintextResponse, Caller>(async (request, call) => {
    const { privateKeyPlaintext, ...pair } = await dataKeyPair(d, call, 'GenerateDataKeyPairWithoutPlaintext', request);
    forget(privateKeyPlaintext);
    return pair;
  });
