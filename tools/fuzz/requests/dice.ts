import { SeededRandom } from '@strongroom/random';

const DRAWN_AT_ONCE = 256;

/** Random choices that are the same each time for the same seed. */
export class Dice {
  private readonly source: SeededRandom;
  private drawn: Buffer = Buffer.alloc(0);
  private used = 0;

  constructor(seed: string) {
    this.source = new SeededRandom(seed);
  }

  /** From 0 to below `bound`, which is at most 2^32. */
  below(bound: number): number {
    if (this.used === this.drawn.length) {
      this.drawn = this.source.bytes(DRAWN_AT_ONCE);
      this.used = 0;
    }
    const word = this.drawn.readUInt32LE(this.used);
    this.used += 4;
    return Math.floor((word / 2 ** 32) * bound);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** Once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('there is nothing to pick from');
    return items[this.below(items.length)]!;
  }

  bytes(length: number): Buffer {
    return this.source.bytes(length);
  }

  hex(length: number): string {
    return this.bytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length);
  }
}
