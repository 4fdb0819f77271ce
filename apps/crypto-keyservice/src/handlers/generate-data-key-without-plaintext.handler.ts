import type { Caller } from '@strongroom/access';
import type {
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { forget } from '@strongroom/envelope';
import { unary } from '@strongroom/grpc-kit';
import { keyTarget } from '../domain/key-target';
import { requireContext } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { contextKeys } from './key-access';
import { authorizedKey, noteContext, scopeOf } from './key-call';
import { dataKeyLength } from './key-messages';

export const generateDataKeyWithoutPlaintext = (d: Dependencies) =>
  unary<GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse, Caller>(async (request, call) => {
    const length = dataKeyLength(request);
    const context = requireContext(request.encryptionContext);
    noteContext(call, context);
    const target = keyTarget(request.keyId, scopeOf(d, call));
    const key = await authorizedKey(d, call, 'kms:GenerateDataKeyWithoutPlaintext', target, contextKeys(context));
    const { plaintext, ciphertextBlob } = d.ring.generateDataKey(key, length, context);
    forget(plaintext);
    return { ciphertextBlob, keyId: key.arn };
  });
