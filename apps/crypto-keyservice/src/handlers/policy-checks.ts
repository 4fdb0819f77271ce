import { malformedPolicyDocument } from '@strongroom/errors';
import { compilePolicy } from '@strongroom/policy';
import { validationFailed } from '../domain/key-errors';
import { MAX_POLICY_LENGTH } from '../domain/key-policy';
import type { KeyRecord } from '../domain/key-record';
import type { Dependencies } from './dependencies';
import type { KeyContext } from './key-access';
import type { KeyCall } from './key-call';

/** @throws DomainError ValidationException, MalformedPolicyDocumentException with the place and the rule */
export function requireKeyPolicy(document: string): string {
  const length = Buffer.byteLength(document);
  if (length < 1 || length > MAX_POLICY_LENGTH) throw validationFailed(`Policy must have 1 to ${MAX_POLICY_LENGTH} bytes.`);
  compilePolicy(document, 'resource');
  return document;
}

/** The condition key of a request that wants its policy stored in any case; without the parameter, it is absent, as in KMS. */
export const contextOfBypass = ({ bypassPolicyLockoutSafetyCheck }: { bypassPolicyLockoutSafetyCheck: boolean }): KeyContext => ({
  'kms:bypasspolicylockoutsafetycheck': bypassPolicyLockoutSafetyCheck ? 'true' : undefined,
});

/** Refuses a policy after which its author could no longer change it. @throws DomainError MalformedPolicyDocumentException */
export function requireNoLockout(d: Dependencies, call: KeyCall, key: KeyRecord): void {
  if (d.access.allows(call, 'PutKeyPolicy', key)) return;
  throw malformedPolicyDocument('The new key policy will not allow you to update the key policy in the future.');
}
