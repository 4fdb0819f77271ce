import type { Caller } from '@strongroom/access';
import type { DecryptRequest, DecryptResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireContext, requireEncryptionAlgorithm } from '../domain/limits';
import { keyOfCiphertext } from './ciphertext-key';
import type { Dependencies } from './dependencies';
import { decryptWith } from './encryption';
import { endDryRun, noteContext, useOf } from './key-call';

export const decrypt = (d: Dependencies) =>
  unary<DecryptRequest, DecryptResponse, Caller>(async (request, call) => {
    const context = requireContext(request.encryptionContext);
    noteContext(call, context);
    const { ciphertextBlob: blob, encryptionAlgorithm: algorithm } = request;
    const key = await keyOfCiphertext(d, call, 'Decrypt', { ...request, blob, algorithm, use: useOf(request) });
    endDryRun(request);
    const encryptionAlgorithm = requireEncryptionAlgorithm(algorithm, key);
    const { plaintext, materialId } = await decryptWith(d, key, encryptionAlgorithm, blob, context);
    return {
      plaintext,
      keyId: key.arn,
      encryptionAlgorithm,
      keyMaterialId: materialId,
    };
  });
