import type { Caller } from '@strongroom/access';
import type { DescribeKeyRequest, DescribeKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';
import { toKeyMetadata } from './key-messages';

export const describeKey = (d: Dependencies) =>
  unary<DescribeKeyRequest, DescribeKeyResponse, Caller>(async (request, call) => {
    const key = await keyFor(d, call, 'DescribeKey', request.keyId, request);
    return { keyMetadata: toKeyMetadata(key, d.ring) };
  });
