/**
 * Fetches of which each begins after it was asked for, and that bother nobody too often: of one secret at most one at a time,
 * with a pause after each. All who ask while one is under way share the next.
 */
export class Refreshes<Value> {
  private readonly lines = new Map<string, Line<Value>>();

  /** @param pause resolves after the pause between two fetches */
  constructor(private readonly pause: () => Promise<unknown>) {}

  ask(key: string, fetch: () => Promise<Value>): Promise<Value> {
    const line = this.lines.get(key);
    if (line === undefined) return this.begin(key, fetch);
    line.next ??= line.isFree.then(() => this.begin(key, fetch));
    return line.next;
  }

  private begin(key: string, fetch: () => Promise<Value>): Promise<Value> {
    const value = fetch();
    const ended = value.then(
      () => undefined,
      () => undefined,
    );
    const line: Line<Value> = { isFree: Promise.all([ended, this.pause()]) };
    this.lines.set(key, line);
    void line.isFree.then(() => {
      if (line.next === undefined) this.lines.delete(key);
    });
    return value;
  }
}

interface Line<Value> {
  /** The fetch has ended, and so has the pause. */
  readonly isFree: Promise<unknown>;
  next?: Promise<Value>;
}
