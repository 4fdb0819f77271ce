/** What becomes of a secret of the source. */
export type Action =
  /** It does not exist here. */
  | 'new'
  /** It exists here and differs. */
  | 'changed'
  /** An import began it and was interrupted. */
  | 'incomplete'
  | 'same'
  /** It exists here and differs, and --on-conflict says to leave it. */
  | 'skipped'
  /** The journal has it. */
  | 'done'
  | 'refused';

export interface PlannedSecret {
  /** Here. */
  readonly name: string;
  readonly sourceName: string;
  action: Action;
  /** What differs, or why it is refused; never a value. */
  why?: string;
}

/** What an import would do, by the names that secrets have in the source. Holds no values. */
export class Plan {
  readonly secrets = new Map<string, PlannedSecret>();
  private readonly byName = new Map<string, PlannedSecret>();

  /** Two secrets of the source that would be one here are both refused. */
  add(planned: PlannedSecret): void {
    this.secrets.set(planned.sourceName, planned);
    if (planned.action === 'refused') return;
    const other = this.byName.get(planned.name);
    this.byName.set(planned.name, planned);
    if (other !== undefined) {
      for (const [one, its] of [
        [planned, other],
        [other, planned],
      ] as const) {
        one.action = 'refused';
        one.why = `"${its.sourceName}" of the source would have the same name.`;
      }
    }
  }

  get all(): PlannedSecret[] {
    return [...this.secrets.values()];
  }

  with(...actions: readonly Action[]): PlannedSecret[] {
    return this.all.filter(({ action }) => actions.includes(action));
  }

  /** How many secrets there are of each kind, of the kinds that there are. */
  get summary(): Partial<Record<Action, number>> {
    const counts: Partial<Record<Action, number>> = {};
    for (const { action } of this.secrets.values()) counts[action] = (counts[action] ?? 0) + 1;
    return counts;
  }
}

/** Those that an import writes. */
export const WRITTEN: readonly Action[] = ['new', 'changed', 'incomplete'];
