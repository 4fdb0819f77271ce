import type { Caller } from '@strongroom/access';
import type { GenerateMacRequest, GenerateMacResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { generateMac as generate } from '@strongroom/key-algorithms';
import type { Dependencies } from './dependencies';
import { macKeyFor } from './mac';

export const generateMac = (d: Dependencies) =>
  unary<GenerateMacRequest, GenerateMacResponse, Caller>(async (request, call) => {
    const { key, algorithm } = await macKeyFor(d, call, 'GenerateMac', request);
    return { keyId: key.arn, mac: generate(d.pairs.macKey(key), algorithm, request.message), macAlgorithm: algorithm };
  });
