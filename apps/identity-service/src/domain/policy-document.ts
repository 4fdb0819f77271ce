import { type CompiledPolicy, compilePolicy, type PolicyKind } from '@strongroom/policy';
import { limitExceeded, malformedPolicyDocument, renamed, validationError } from './iam-errors';
import { DOCUMENT_LENGTH, MANAGED_POLICY_SIZE, TRUST_POLICY_SIZE } from './quotas';

/** A named policy document: by the ARN of a managed policy, or the name of an inline one. */
export interface NamedDocument {
  name: string;
  document: string;
}

/** The size for quotas: all characters except white space. */
export const sizeOfDocument = (document: string): number => document.replace(/\s/g, '').length;

/** Checks a document before it is stored. Throws ValidationError, LimitExceeded or MalformedPolicyDocument. */
export function checkDocument(
  document: string,
  kind: PolicyKind,
  /** `invalidJson`: AWS's message for a document that is not JSON. The place and the rule stay in the metadata. */
  rule: { field: string; size: number; quota: string; invalidJson?: string },
): CompiledPolicy {
  if (document.length === 0 || document.length > DOCUMENT_LENGTH) {
    throw validationError(`${rule.field} must have 1 to ${DOCUMENT_LENGTH} characters.`);
  }
  if (sizeOfDocument(document) > rule.size) throw limitExceeded(`Cannot exceed quota for ${rule.quota}: ${rule.size}`);
  return renamed(
    () => compilePolicy(document, kind),
    (message, metadata) => malformedPolicyDocument(isSyntax(metadata) ? (rule.invalidJson ?? message) : message, metadata),
  );
}

/** @throws as `checkDocument` */
export function checkManagedPolicy(document: string): string {
  checkDocument(document, 'identity', { field: 'policy_document', size: MANAGED_POLICY_SIZE, quota: 'PolicySize' });
  return document;
}

/** Its size is that of all inline policies of an identity together, and not looked at here. @throws as `checkDocument` */
export function checkInlinePolicy(document: string): string {
  checkDocument(document, 'identity', { field: 'policy_document', size: DOCUMENT_LENGTH, quota: 'PolicySize' });
  return document;
}

/** @throws as `checkDocument` */
export function checkTrustPolicy(document: string, field: string): string {
  checkDocument(document, 'trust', {
    field,
    size: TRUST_POLICY_SIZE,
    quota: 'ACLSizePerRole',
    invalidJson: 'This policy contains invalid Json',
  });
  return document;
}

const isSyntax = (metadata?: Record<string, string>): boolean => metadata?.place?.startsWith('line ') === true;
