import type { Caller } from '@strongroom/access';
import type { SignRequest, SignResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { sign as signWith } from '@strongroom/key-algorithms';
import type { Dependencies } from './dependencies';
import { signingOf } from './signing';

export const sign = (d: Dependencies) =>
  unary<SignRequest, SignResponse, Caller>(async (request, call) => {
    const { key, signing } = await signingOf(d, call, 'Sign', request);
    const signature = await signWith(d.pairs.privateKey(key), signing, d.random);
    return { keyId: key.arn, signature, signingAlgorithm: signing.algorithm };
  });
