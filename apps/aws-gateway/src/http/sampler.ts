/** Lets so many lines of log through each second, and counts those that it does not. */
export class Sampler {
  private second = -1;
  private passed = 0;
  private leftOut = 0;

  constructor(
    private readonly most: number,
    /** Milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @returns how many were left out since the last that passed; undefined: this one is left out */
  next(): number | undefined {
    const second = Math.floor(this.now() / 1_000);
    if (second !== this.second) [this.second, this.passed] = [second, 0];
    if (this.passed === this.most) {
      this.leftOut++;
      return undefined;
    }
    this.passed++;
    const leftOut = this.leftOut;
    this.leftOut = 0;
    return leftOut;
  }
}
