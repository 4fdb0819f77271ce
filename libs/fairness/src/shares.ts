export interface ShareBounds {
  /** Of all together. */
  total: number;
  /** Of one of them. */
  each: number;
  /** What each has, however many places the others take. */
  own: number;
}

/** Places among those who are served at a time, shared so that nobody takes all of them. */
export class Shares {
  private taken = 0;
  private readonly byName = new Map<string, number>();

  constructor(private readonly bounds: ShareBounds) {}

  /** Takes a place for `name`. @returns what gives it back, once; undefined: there is none */
  take(name: string): (() => void) | undefined {
    const { total, each, own } = this.bounds;
    const held = this.byName.get(name) ?? 0;
    if (held >= each || (this.taken >= total && held >= own)) return undefined;
    this.taken++;
    this.byName.set(name, held + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.taken--;
      const left = this.byName.get(name)! - 1;
      if (left === 0) this.byName.delete(name);
      else this.byName.set(name, left);
    };
  }
}
