import { joined } from './subtrees';
import { nodeHash } from './tree-hash';

/** A tree that grows leaf by leaf, and keeps no more than the hashes of its largest complete subtrees: at most 53. */
export class GrowingTree {
  private readonly complete: Buffer[];

  /** @param subtrees the hashes of the `completeSubtrees` of a tree of this size */
  constructor(
    private leaves = 0,
    subtrees: readonly Buffer[] = [],
  ) {
    this.complete = [...subtrees];
  }

  /** The hashes of its `completeSubtrees`. */
  get subtrees(): readonly Buffer[] {
    return this.complete;
  }

  get size(): number {
    return this.leaves;
  }

  append(leafHash: Buffer): void {
    let hash = leafHash;
    // As adding one carries over: each digit that was 1 is a subtree that is complete now.
    for (let rest = this.leaves; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(this.complete.pop()!, hash);
    this.complete.push(hash);
    this.leaves += 1;
  }

  root(): Buffer {
    return joined(this.complete);
  }
}
