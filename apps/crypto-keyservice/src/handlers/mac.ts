import { auditOf } from '@strongroom/audit-trail';
import { requireAlgorithm, type MacAlgorithm } from '@strongroom/key-algorithms';
import type { KeyRecord } from '../domain/key-record';
import { ALGORITHMS, requireOneOf } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor, type KeyCall } from './key-call';

interface Request {
  keyId: string;
  macAlgorithm: string;
  grantTokens: readonly string[];
  dryRun: boolean;
}

/**
 * The key of GenerateMac or VerifyMac, and its algorithm.
 * @throws DomainError as `keyFor`; ValidationException, InvalidKeyUsageException
 */
export async function macKeyFor(
  d: Dependencies,
  call: KeyCall,
  operation: 'GenerateMac' | 'VerifyMac',
  request: Request,
): Promise<{ key: KeyRecord; algorithm: MacAlgorithm }> {
  const algorithm = requireOneOf('MacAlgorithm', request.macAlgorithm, ALGORITHMS.GENERATE_VERIFY_MAC);
  auditOf(call).parameter('macAlgorithm', algorithm);
  const { grantTokens } = request;
  const key = await keyFor(d, call, operation, request.keyId, { grantTokens, conditions: { 'kms:macalgorithm': algorithm } });
  requireAlgorithm(key.spec, 'GENERATE_VERIFY_MAC', algorithm);
  endDryRun(request);
  return { key, algorithm };
}
