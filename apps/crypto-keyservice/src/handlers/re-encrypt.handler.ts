import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { ReEncryptRequest, ReEncryptResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { forget, parseKeyBlob } from '@strongroom/envelope';
import { unary } from '@strongroom/grpc-kit';
import { findKey, targetOf } from '../domain/key-target';
import { requireContext, requireEncryptionAlgorithm } from '../domain/limits';
import { keyOfCiphertext } from './ciphertext-key';
import type { Dependencies } from './dependencies';
import { decryptWith, encryptWith } from './encryption';
import { endDryRun, keyFor, scopeOf, useOf, type KeyCall } from './key-call';

/** As in KMS, the caller needs kms:ReEncryptFrom on the key that decrypts, and kms:ReEncryptTo on the one that encrypts. */
export const reEncrypt = (d: Dependencies) =>
  unary<ReEncryptRequest, ReEncryptResponse, Caller>(async (request, call) => {
    const from = requireContext(request.sourceEncryptionContext);
    const to = requireContext(request.destinationEncryptionContext);
    for (const [name, context] of [['sourceEncryptionContext', from] as const, ['destinationEncryptionContext', to] as const]) {
      if (Object.keys(context).length > 0) auditOf(call).parameter(name, JSON.stringify(context));
    }
    const { ciphertextBlob: blob, sourceKeyId: keyId, grantTokens, sourceEncryptionAlgorithm: algorithm } = request;
    const conditions = { 'kms:reencryptonsamekey': String(await isOnSameKey(d, call, request)) };
    const source = await keyOfCiphertext(d, call, 'ReEncryptFrom', {
      ...request,
      blob,
      keyId,
      algorithm,
      use: useOf({ encryptionContext: from, grantTokens, encryptionAlgorithm: algorithm }, conditions),
    });
    const { destinationEncryptionAlgorithm: encryptionAlgorithm } = request;
    const use = useOf({ encryptionContext: to, grantTokens, encryptionAlgorithm }, conditions);
    const destination = await keyFor(d, call, 'ReEncryptTo', request.destinationKeyId, use);
    const sourceAlgorithm = requireEncryptionAlgorithm(algorithm, source);
    const destinationAlgorithm = requireEncryptionAlgorithm(encryptionAlgorithm, destination);
    endDryRun(request);
    const opened = await decryptWith(d, source, sourceAlgorithm, blob, from);
    try {
      const { ciphertextBlob, materialId } = await encryptWith(d, destination, destinationAlgorithm, opened.plaintext, to);
      return {
        ciphertextBlob,
        sourceKeyId: source.arn,
        keyId: destination.arn,
        sourceEncryptionAlgorithm: sourceAlgorithm,
        destinationEncryptionAlgorithm: destinationAlgorithm,
        sourceKeyMaterialId: opened.materialId,
        destinationKeyMaterialId: materialId,
      };
    } finally {
      forget(opened.plaintext);
    }
  });

async function isOnSameKey(d: Dependencies, call: KeyCall, request: ReEncryptRequest): Promise<boolean> {
  const { ciphertextBlob, sourceKeyId, destinationKeyId } = request;
  const find = (operation: 'ReEncryptFrom' | 'ReEncryptTo', keyId: string) =>
    findKey(d.keys, targetOf(operation, keyId, scopeOf(d, call)));
  const [source, destination] = await Promise.all([
    sourceKeyId === undefined ? d.keys.byId(parseKeyBlob(ciphertextBlob).keyId) : find('ReEncryptFrom', sourceKeyId),
    find('ReEncryptTo', destinationKeyId),
  ]);
  return source !== undefined && source.keyId === destination?.keyId;
}
