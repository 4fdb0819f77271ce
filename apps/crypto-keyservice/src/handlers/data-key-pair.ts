import { auditOf } from '@strongroom/audit-trail';
import { forget } from '@strongroom/envelope';
import { DATA_KEY_PAIR_SPECS, requireSupported } from '@strongroom/key-algorithms';
import { requireContext, requireOneOf } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor, noteContext, useOf, type KeyCall } from './key-call';

interface Request {
  keyId: string;
  encryptionContext: Record<string, string>;
  keyPairSpec: string;
  grantTokens: string[];
  dryRun: boolean;
}

/** A key pair whose private key is encrypted under the key; the caller erases `privateKeyPlaintext`. */
export async function dataKeyPair(
  d: Dependencies,
  call: KeyCall,
  operation: 'GenerateDataKeyPair' | 'GenerateDataKeyPairWithoutPlaintext',
  request: Request,
) {
  const spec = requireOneOf('KeyPairSpec', request.keyPairSpec, DATA_KEY_PAIR_SPECS);
  requireSupported(spec);
  const context = requireContext(request.encryptionContext);
  noteContext(call, context);
  auditOf(call).parameter('keyPairSpec', spec);
  const key = await keyFor(d, call, operation, request.keyId, useOf(request, { 'kms:datakeypairspec': spec }));
  endDryRun(request);
  const { privateKey, publicKey } = await d.pairs.generate(key.accountId, spec);
  try {
    const { ciphertextBlob, materialId } = d.ring.encrypt(key, privateKey, context);
    return {
      privateKeyCiphertextBlob: ciphertextBlob,
      privateKeyPlaintext: privateKey,
      publicKey,
      keyId: key.arn,
      keyPairSpec: spec,
      keyMaterialId: materialId,
    };
  } catch (error) {
    forget(privateKey);
    throw error;
  }
}
