import { type Checkpoint, GrowingTree, leafHash } from '@strongroom/merkle';

export interface Statement {
  /** `proven`, `contradiction`: somebody has changed something, or `open`: what is there does not say. */
  kind: 'proven' | 'contradiction' | 'open';
  text: string;
}

/** What is known of a trail, and what has been found. */
export interface Court {
  checkpointOf(size: number): Checkpoint | undefined;
  /** The hash of the chain at this event, hexadecimal, if an inclusion proof has proven it. */
  provenHash(sequence: number): string | undefined;
  /** The trail of one size begins with that of the other. */
  connect(one: number, other: number): void;
  state(kind: Statement['kind'], text: string): void;
}

/** A tree over all events in the order of the chain; it is compared with each checkpoint as soon as it has its size. */
export class ComparedTree {
  private readonly tree = new GrowingTree();
  /** The size of the last checkpoint that has the same events; 0: none. */
  provenTo = 0;

  constructor(
    private readonly court: Court,
    private readonly where: string,
  ) {}

  get size(): number {
    return this.tree.size;
  }

  /** @returns false if a checkpoint shows that these are not its events: no later one can have them either */
  append(hash: Buffer): boolean {
    this.tree.append(leafHash(hash));
    const { size } = this;
    const checkpoint = this.court.checkpointOf(size);
    if (!checkpoint) return true;
    if (!checkpoint.root.equals(this.tree.root())) {
      const same = this.provenTo > 0 ? `, but those up to ${this.provenTo} are` : '';
      this.court.state('contradiction', `${this.where}: the events up to ${size} are not those of the checkpoint${same}`);
      return false;
    }
    this.court.state('proven', `${this.where}: the events up to ${size} are those of the checkpoint`);
    if (this.provenTo > 0) this.court.connect(this.provenTo, size);
    this.provenTo = size;
    return true;
  }
}
