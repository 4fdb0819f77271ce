import { type Caller } from '../caller';

interface Held {
  caller: Caller | undefined;
  subjects: readonly string[];
}

/**
 * The answers that a view holds, the least recently used leaving first. Absent principals have a bound of their own, so that
 * a flood of invented credentials cannot push real ones out.
 */
export class HeldAnswers {
  private readonly present = new Map<string, Held>();
  private readonly absent = new Map<string, Held>();
  private readonly keysOfSubject = new Map<string, Set<string>>();

  constructor(private readonly limits: { present: number; absent: number }) {}

  get size(): number {
    return this.present.size + this.absent.size;
  }

  get(key: string): Held | undefined {
    const held = this.present.get(key);
    if (held === undefined) return this.absent.get(key);
    // A Map keeps the order of insertion: what is inserted again is the youngest.
    this.present.delete(key);
    this.present.set(key, held);
    return held;
  }

  set(key: string, held: Held): void {
    this.delete(key);
    const [answers, limit] = held.caller ? [this.present, this.limits.present] : [this.absent, this.limits.absent];
    if (answers.size >= limit) this.delete(answers.keys().next().value!);
    answers.set(key, held);
    for (const subject of held.subjects) {
      const keys = this.keysOfSubject.get(subject);
      if (keys) keys.add(key);
      else this.keysOfSubject.set(subject, new Set([key]));
    }
  }

  delete(key: string): void {
    const held = this.present.get(key) ?? this.absent.get(key);
    if (!held) return;
    this.present.delete(key);
    this.absent.delete(key);
    for (const subject of held.subjects) {
      const keys = this.keysOfSubject.get(subject);
      keys?.delete(key);
      if (keys?.size === 0) this.keysOfSubject.delete(subject);
    }
  }

  /** Forgets every answer that `subject` is part of. */
  invalidate(subject: string): void {
    for (const key of [...(this.keysOfSubject.get(subject) ?? [])]) this.delete(key);
  }

  clear(): void {
    this.present.clear();
    this.absent.clear();
    this.keysOfSubject.clear();
  }
}
