import { FairCache } from '@strongroom/fairness';
import type { Caller } from '../caller';

interface Held {
  caller: Caller | undefined;
  subjects: readonly string[];
  /** The number of ordinary principals that it counts as. Default: 1. */
  weight?: number;
}

/** The owner of absent principals, whose account is unknown. */
const NOBODY = '';

/**
 * The answers that a view holds. When it is full, the least recently used answer of the account that has most is dropped. Absent
 * principals have a limit of their own, so that a flood of invented credentials cannot displace real ones.
 */
export class HeldAnswers {
  private readonly present: FairCache<Held>;
  private readonly absent: FairCache<Held>;
  /** The account of each principal that is held. */
  private readonly accountOf = new Map<string, string>();
  private readonly keysOfSubject = new Map<string, Set<string>>();
  /** How many answers have been dropped, replaced or deleted. */
  gone = 0;

  constructor(limits: { present: number; absent: number }) {
    const gone = ({ subjects }: Held, key: string) => this.unlist(key, subjects);
    this.present = new FairCache({ capacity: limits.present, gone });
    this.absent = new FairCache({ capacity: limits.absent, gone });
  }

  get size(): number {
    return this.present.size + this.absent.size;
  }

  get(key: string): Held | undefined {
    const account = this.accountOf.get(key);
    return account === undefined ? this.absent.get(NOBODY, key) : this.present.get(account, key);
  }

  set(key: string, held: Held): void {
    this.delete(key);
    for (const subject of held.subjects) {
      const keys = this.keysOfSubject.get(subject);
      if (keys) keys.add(key);
      else this.keysOfSubject.set(subject, new Set([key]));
    }
    if (held.caller === undefined) return this.absent.set(NOBODY, key, held);
    this.accountOf.set(key, held.caller.accountId);
    this.present.set(held.caller.accountId, key, held, held.weight);
  }

  delete(key: string): void {
    const account = this.accountOf.get(key);
    if (account === undefined) this.absent.delete(NOBODY, key);
    else this.present.delete(account, key);
  }

  /** Drops every answer that depends on `subject`. */
  invalidate(subject: string): void {
    for (const key of [...(this.keysOfSubject.get(subject) ?? [])]) this.delete(key);
  }

  clear(): void {
    this.present.clear();
    this.absent.clear();
  }

  private unlist(key: string, subjects: readonly string[]): void {
    this.gone++;
    this.accountOf.delete(key);
    for (const subject of subjects) {
      const keys = this.keysOfSubject.get(subject);
      keys?.delete(key);
      if (keys?.size === 0) this.keysOfSubject.delete(subject);
    }
  }
}
