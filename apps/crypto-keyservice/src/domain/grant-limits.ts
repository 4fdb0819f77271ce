import { encodeEncryptionContext, type EncryptionContext } from '@strongroom/envelope';
import type { GrantTerms } from './grant';
import { digest } from './hashing/digest';
import { keyOperations, type KeyOperation, type KeyOperationName } from './key-operations';

/** What a grant allows, in the form in which uses of the key are compared with it. */
export interface GrantLimits {
  readonly operations: readonly KeyOperationName[];
  /** The pairs that the encryption context must have, each by its digest: as many bytes, however long the pair is. */
  readonly pairs: ReadonlySet<string>;
  /** Whether the encryption context may have no other pair. */
  readonly exact: boolean;
  readonly sourceArn: string | undefined;
}

/** A use of a key that a grant might allow. */
export interface GrantedUse {
  readonly encryptionContext?: EncryptionContext;
  /** The resource for which a service uses the key. */
  readonly sourceArn?: string;
  /** What CreateGrant would allow somebody. */
  readonly newGrant?: GrantLimits;
}

export function limitsOf({ operations, constraints }: Pick<GrantTerms, 'operations' | 'constraints'>): GrantLimits {
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = constraints;
  const exact = Object.keys(encryptionContextEquals).length > 0;
  return { operations, pairs: pairsOf(exact ? encryptionContextEquals : encryptionContextSubset), exact, sourceArn };
}

/** Those of the grants that allow the operation as it is used. */
export function allowing<Grant extends GrantLimits>(
  grants: readonly Grant[],
  operation: KeyOperationName,
  use: GrantedUse,
): Grant[] {
  const { usage }: KeyOperation = keyOperations[operation];
  const hasContext = usage === 'ENCRYPT_DECRYPT';
  const pairs = hasContext && grants.some((grant) => grant.pairs.size > 0) ? pairsOf(use.encryptionContext ?? {}) : NONE;
  return grants.filter((grant) => {
    if (!grant.operations.includes(operation)) return false;
    if (grant.sourceArn !== undefined && grant.sourceArn !== use.sourceArn) return false;
    if (operation === 'CreateGrant') return use.newGrant !== undefined && isAsStrict(use.newGrant, grant);
    return !hasContext || fits(pairs, grant);
  });
}

/** Whether a grant allows nothing that its parent does not: who may make grants by a grant may only pass on what that allows. */
function isAsStrict(child: GrantLimits, parent: GrantLimits): boolean {
  return (
    child.operations.every((operation) => parent.operations.includes(operation)) &&
    (parent.sourceArn === undefined || child.sourceArn === parent.sourceArn) &&
    (!parent.exact || child.exact) &&
    fits(child.pairs, parent)
  );
}

const fits = (pairs: ReadonlySet<string>, { pairs: required, exact }: GrantLimits): boolean =>
  (!exact || pairs.size === required.size) && [...required].every((pair) => pairs.has(pair));

/** Keys and values count as they are written, capitals and all. */
function pairsOf(context: EncryptionContext): ReadonlySet<string> {
  return new Set(Object.entries(context).map(([key, value]) => digestOf({ [key]: value })));
}

const digestOf = (pair: EncryptionContext): string => digest(encodeEncryptionContext(pair)).toString('base64');

const NONE: ReadonlySet<string> = new Set();
