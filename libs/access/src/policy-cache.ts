import { FairCache } from '@strongroom/fairness';
import { compilePolicy, type CompiledPolicy, type PolicyKind } from '@strongroom/policy';

/** The share of the capacity that one account may use. */
const SHARE = 1 / 4;

/**
 * Compiled policies by their text, since many principals and resources share a document. Policies are not secret, and their text
 * is read from its store each time, so a cached compilation is never out of date. The size is limited by the length of the
 * documents, and shared fairly by accounts.
 */
export class PolicyCache {
  private readonly compiled: FairCache<CompiledPolicy>;

  /** @param capacity characters; a compiled policy takes about thirty times its text */
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
