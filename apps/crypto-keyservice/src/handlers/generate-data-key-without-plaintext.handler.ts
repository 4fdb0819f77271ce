import type { Caller } from '@strongroom/access';
import type {
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { forget } from '@strongroom/envelope';
import { unary } from '@strongroom/grpc-kit';
import { requireContext } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor, noteContext, useOf } from './key-call';
import { dataKeyLength } from './key-messages';

export const generateDataKeyWithoutPlaintext = (d: Dependencies) =>
  unary<GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse, Caller>(async (request, call) => {
    const length = dataKeyLength(request);
    const context = requireContext(request.encryptionContext);
    noteContext(call, context);
    const key = await keyFor(d, call, 'GenerateDataKeyWithoutPlaintext', request.keyId, useOf(request));
    endDryRun(request);
    const { plaintext, ciphertextBlob, materialId } = d.ring.generateDataKey(key, length, context);
    forget(plaintext);
    return { ciphertextBlob, keyId: key.arn, keyMaterialId: materialId };
  });
