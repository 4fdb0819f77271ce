import type { Caller } from '@strongroom/access';
import type {
  GenerateDataKeyPairWithoutPlaintextRequest as Request,
  GenerateDataKeyPairWithoutPlaintextResponse as Response,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { forget } from '@strongroom/envelope';
import { unary } from '@strongroom/grpc-kit';
import { dataKeyPair } from './data-key-pair';
import type { Dependencies } from './dependencies';

export const generateDataKeyPairWithoutPlaintext = (d: Dependencies) =>
  unary<Request, Response, Caller>(async (request, call) => {
    const { privateKeyPlaintext, ...pair } = await dataKeyPair(d, call, 'GenerateDataKeyPairWithoutPlaintext', request);
    forget(privateKeyPlaintext);
    return pair;
  });
