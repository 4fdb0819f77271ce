import { compilePolicy, type CompiledPolicy } from '@strongroom/policy';

/**
 * Compiled resource policies by their text. Policies are no secrets, and the text comes fresh from the database each time,
 * so a cached compilation is never out of date. Bounded: the one used longest ago goes first.
 */
export class PolicyCache {
  private readonly compiled = new Map<string, CompiledPolicy>();

  constructor(private readonly capacity = 1_000) {}

  get(document: string): CompiledPolicy {
    let policy = this.compiled.get(document);
    if (policy === undefined) policy = compilePolicy(document, 'resource');
    else this.compiled.delete(document);
    this.compiled.set(document, policy);
    if (this.compiled.size > this.capacity) this.compiled.delete(this.compiled.keys().next().value!);
    return policy;
  }
}
