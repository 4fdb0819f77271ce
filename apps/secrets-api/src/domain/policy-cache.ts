import { compilePolicy, type CompiledPolicy } from '@strongroom/policy';

interface Compiled {
  /** Characters of all documents. */
  size: number;
  /** By document, the one used longest ago first. */
  policies: Map<string, CompiledPolicy>;
}

/**
 * Compiled resource policies by their text. Policies are no secrets, and the text comes fresh from the database each time,
 * so a cached compilation is never out of date. Bounded by the length of the documents: past its share an account makes room by its own policies, and past
 * the capacity the account that has most does.
 */
export class PolicyCache {
  private readonly accounts = new Map<string, Compiled>();
  private size = 0;

  /** @param capacity characters; a compiled policy takes some thirty times its text */
  constructor(private readonly capacity = 4 << 20) {}

  get(accountId: string, document: string): CompiledPolicy {
    const account = this.accounts.get(accountId) ?? { size: 0, policies: new Map<string, CompiledPolicy>() };
    const known = account.policies.get(document);
    const policy = known ?? compilePolicy(document, 'resource');
    // Last in the order of use.
    if (known) account.policies.delete(document);
    account.policies.set(document, policy);
    if (!known) {
      this.accounts.set(accountId, account);
      this.grow(account, document.length);
      while (account.size > this.capacity / SHARE && account.policies.size > 1) this.forgetOldest(accountId);
      while (this.size > this.capacity && this.accounts.size > 1) this.forgetOldest(this.largest());
    }
    return policy;
  }

  private forgetOldest(accountId: string): void {
    const account = this.accounts.get(accountId)!;
    const [document] = account.policies.keys();
    account.policies.delete(document!);
    this.grow(account, -document!.length);
    if (account.policies.size === 0) this.accounts.delete(accountId);
  }

  private grow(account: Compiled, by: number): void {
    account.size += by;
    this.size += by;
  }

  private largest(): string {
    return [...this.accounts].reduce((most, one) => (one[1].size > most[1].size ? one : most))[0];
  }
}

/** Of the capacity that is one account's at most: one in four. */
const SHARE = 4;
