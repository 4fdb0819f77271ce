import { FairCache } from '@strongroom/fairness';
import { compilePolicy, type CompiledPolicy, type PolicyKind } from '@strongroom/policy';

/** Of the capacity, what is one account's at most. */
const SHARE = 1 / 4;

/**
 * Compiled policies by their text: many principals and resources share a document. Policies are no secrets, and the text comes fresh from its store each
 * time, so a cached compilation is never out of date. Bounded by the length of the documents, and fair to accounts.
 */
export class PolicyCache {
  private readonly compiled: FairCache<CompiledPolicy>;

  /** @param capacity characters; a compiled policy takes some thirty times its text */
  constructor(capacity = 4 << 20) {
    this.compiled = new FairCache({ capacity, share: capacity * SHARE });
  }

  /** @throws DomainError MalformedPolicyDocumentException */
  get(accountId: string, document: string, kind: PolicyKind = 'resource'): CompiledPolicy {
    const key = `${kind} ${document}`;
    const known = this.compiled.get(accountId, key);
    if (known !== undefined) return known;
    const policy = compilePolicy(document, kind);
    this.compiled.set(accountId, key, policy, document.length);
    return policy;
  }
}
