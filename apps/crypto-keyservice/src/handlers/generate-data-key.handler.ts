import type { Caller } from '@strongroom/access';
import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { keyTarget } from '../domain/key-target';
import { requireContext } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { contextKeys } from './key-access';
import { authorizedKey, noteContext, scopeOf } from './key-call';
import { dataKeyLength } from './key-messages';

export const generateDataKey = (d: Dependencies) =>
  unary<GenerateDataKeyRequest, GenerateDataKeyResponse, Caller>(async (request, call) => {
    const length = dataKeyLength(request);
    const context = requireContext(request.encryptionContext);
    noteContext(call, context);
    const target = keyTarget(request.keyId, scopeOf(d, call));
    const key = await authorizedKey(d, call, 'kms:GenerateDataKey', target, contextKeys(context));
    return { ...d.ring.generateDataKey(key, length, context), keyId: key.arn };
  });
