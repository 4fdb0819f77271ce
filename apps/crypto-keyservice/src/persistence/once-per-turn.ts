/**
 * Most reads of one turn are for the same few keys, so each is looked up once. The batch leaves at the end of the turn, and
 * this map is then cleared; later requests get a later read.
 */
export class OncePerTurn<Result> {
  private asked = new Map<string, Promise<Result>>();

  constructor(private readonly look: (key: string) => Promise<Result>) {}

  find(key: string): Promise<Result> {
    let result = this.asked.get(key);
    if (!result) {
      result = this.look(key);
      // Registered after the batch's own setImmediate, so it runs right after the batch has left.
      if (this.asked.size === 0) setImmediate(() => (this.asked = new Map()));
      this.asked.set(key, result);
    }
    return result;
  }
}
