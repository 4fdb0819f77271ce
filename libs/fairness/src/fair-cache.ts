interface Shelf<Value> {
  weight: number;
  /** The least recently used entry first, because a map keeps the order of insertion. */
  readonly entries: Map<string, { value: Value; weight: number }>;
}

export interface FairCacheOptions<Value> {
  /** The weight of all entries. */
  capacity: number;
  /** The weight that one owner may use. Default: all of it, while nobody else needs it. */
  share?: number;
  /** Called with each entry that was dropped, replaced or deleted. */
  gone?(value: Value, key: string): void;
}

/**
 * Keeps the most recently used entries, by owner, such as an account. An owner over its share loses its own oldest entries; over
 * the capacity, the owner that has most does. So however much one account asks for, the others keep their entries.
 */
export class FairCache<Value> {
  private readonly shelves = new Map<string, Shelf<Value>>();
  private weight = 0;
  private count = 0;

  constructor(private readonly options: FairCacheOptions<Value>) {}

  /** The number of entries. */
  get size(): number {
    return this.count;
  }

  /** The entries by owner and key; it may be changed meanwhile. */
  *keys(): Generator<[owner: string, key: string]> {
    for (const [owner, { entries }] of this.shelves) for (const key of entries.keys()) yield [owner, key];
  }

  get(owner: string, key: string): Value | undefined {
    const shelf = this.shelves.get(owner);
    const entry = shelf?.entries.get(key);
    if (entry === undefined) return undefined;
    shelf!.entries.delete(key);
    shelf!.entries.set(key, entry);
    return entry.value;
  }

  /** An entry that is heavier than the share is not kept beside others, and may be dropped at once. */
  set(owner: string, key: string, value: Value, weight = 1): void {
    this.delete(owner, key);
    let shelf = this.shelves.get(owner);
    if (shelf === undefined) this.shelves.set(owner, (shelf = { weight: 0, entries: new Map() }));
    shelf.entries.set(key, { value, weight });
    shelf.weight += weight;
    this.weight += weight;
    this.count++;
    while (shelf.weight > (this.options.share ?? Infinity) && shelf.entries.size > 1) this.dropOldest(owner, shelf);
    while (this.weight > this.options.capacity && this.count > 1) this.dropOldest(...this.heaviest());
  }

  delete(owner: string, key: string): void {
    const shelf = this.shelves.get(owner);
    const entry = shelf?.entries.get(key);
    if (entry === undefined) return;
    shelf!.entries.delete(key);
    shelf!.weight -= entry.weight;
    this.weight -= entry.weight;
    this.count--;
    if (shelf!.entries.size === 0) this.shelves.delete(owner);
    this.options.gone?.(entry.value, key);
  }

  clear(): void {
    for (const [owner, { entries }] of [...this.shelves]) for (const key of [...entries.keys()]) this.delete(owner, key);
  }

  private dropOldest(owner: string, { entries }: Shelf<Value>): void {
    const [key] = entries.keys();
    this.delete(owner, key!);
  }

  private heaviest(): [owner: string, shelf: Shelf<Value>] {
    let most: [string, Shelf<Value>] | undefined;
    for (const one of this.shelves) if (most === undefined || one[1].weight > most[1].weight) most = one;
    return most!;
  }
}
