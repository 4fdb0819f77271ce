import { auditOf } from '@strongroom/audit-trail';
import { requireAlgorithm, type SignRequest as Signing } from '@strongroom/key-algorithms';
import type { KeyRecord } from '../domain/key-record';
import { ALGORITHMS, requireOneOf } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor, type KeyCall } from './key-call';

interface Request {
  keyId: string;
  message: Buffer;
  messageType: string;
  signingAlgorithm: string;
  grantTokens: readonly string[];
  dryRun: boolean;
}

const MESSAGE_TYPES = ['RAW', 'DIGEST', 'EXTERNAL_MU'] as const;

/**
 * The key of Sign or Verify, and what it has to do.
 * @throws DomainError as `keyFor`; ValidationException, InvalidKeyUsageException
 */
export async function signingOf(
  d: Dependencies,
  call: KeyCall,
  operation: 'Sign' | 'Verify',
  request: Request,
): Promise<{ key: KeyRecord; signing: Signing & Required<Pick<Signing, 'algorithm'>> }> {
  const algorithm = requireOneOf('SigningAlgorithm', request.signingAlgorithm, ALGORITHMS.SIGN_VERIFY);
  const messageType = requireOneOf('MessageType', request.messageType || 'RAW', MESSAGE_TYPES);
  const audit = auditOf(call);
  audit.parameter('signingAlgorithm', algorithm);
  audit.parameter('messageType', messageType);
  const conditions = { 'kms:signingalgorithm': algorithm, 'kms:messagetype': messageType };
  const { grantTokens, message } = request;
  const key = await keyFor(d, call, operation, request.keyId, { grantTokens, conditions });
  requireAlgorithm(key.spec, 'SIGN_VERIFY', algorithm);
  endDryRun(request);
  return { key, signing: { algorithm, messageType, message } };
}
