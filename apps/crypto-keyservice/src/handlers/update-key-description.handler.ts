import type { Caller } from '@strongroom/access';
import type { UpdateKeyDescriptionRequest, UpdateKeyDescriptionResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireDescription } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const updateKeyDescription = (d: Dependencies) =>
  unary<UpdateKeyDescriptionRequest, UpdateKeyDescriptionResponse, Caller>(async (request, call) => {
    const description = requireDescription(request.description);
    const { keyId } = await keyFor(d, call, 'UpdateKeyDescription', request.keyId);
    await d.store.change('UpdateKeyDescription', keyId, { description }, writeOf(call));
    return {};
  });
