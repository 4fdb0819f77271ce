import type { Caller } from '@strongroom/access';
import type { DescribeKeyRequest, DescribeKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { keyTarget } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import { authorizedKey, scopeOf } from './key-call';
import { toKeyMetadata } from './key-messages';

export const describeKey = (d: Dependencies) =>
  unary<DescribeKeyRequest, DescribeKeyResponse, Caller>(async (request, call) => {
    const key = await authorizedKey(d, call, 'kms:DescribeKey', keyTarget(request.keyId, scopeOf(d, call)));
    return { keyMetadata: toKeyMetadata(key) };
  });
