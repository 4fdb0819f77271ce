import type { Caller } from '@strongroom/access';
import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireContext } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor, noteContext, useOf } from './key-call';
import { dataKeyLength } from './key-messages';

export const generateDataKey = (d: Dependencies) =>
  unary<GenerateDataKeyRequest, GenerateDataKeyResponse, Caller>(async (request, call) => {
    const length = dataKeyLength(request);
    const context = requireContext(request.encryptionContext);
    noteContext(call, context);
    const key = await keyFor(d, call, 'GenerateDataKey', request.keyId, useOf(request));
    endDryRun(request);
    const { materialId, ...generated } = d.ring.generateDataKey(key, length, context);
    return { ...generated, keyId: key.arn, keyMaterialId: materialId };
  });
