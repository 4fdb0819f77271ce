import { Pattern } from './pattern';
import { quote, type Report } from './report';
import type { Placed } from './elements';

const ACTION = /^(?:\*|(?:\*|[A-Za-z0-9-]+):[A-Za-z0-9*?]+)$/;
const NO_CONTEXT = () => undefined;

/** The actions that a statement covers. Full names are looked up; only names with wildcards are matched one by one. */
export class ActionMatcher {
  private readonly names: ReadonlySet<string>;
  private readonly patterns: readonly Pattern[];
  private readonly isAll: boolean;

  constructor(
    actions: readonly string[],
    private readonly negated: boolean,
  ) {
    const patterns = actions.map((action) => new Pattern(action, { wildcards: true, variables: false, ignoreCase: true }));
    this.names = new Set(patterns.flatMap(({ exact }) => exact ?? []));
    this.patterns = patterns.filter(({ exact }) => exact === undefined);
    this.isAll = actions.some((action) => action === '*' || action === '*:*');
  }

  /** Expects the action in lower case. */
  matches(action: string): boolean {
    return (this.isAll || this.names.has(action) || this.matchesPattern(action)) !== this.negated;
  }

  private matchesPattern(action: string): boolean {
    for (const pattern of this.patterns) if (pattern.matches(action, NO_CONTEXT) === true) return true;
    return false;
  }
}

/** Compiles an Action or NotAction element. With a `service`, as in trust policies, only its actions may occur. */
export function compileActions(actions: readonly Placed[], negated: boolean, report: Report, service?: string): ActionMatcher {
  for (const { text, place } of actions) {
    if (!ACTION.test(text))
      report.error(place, `must be * or service:Action, wildcards in the action only (found ${quote(text)})`);
    else if (service && !text.toLowerCase().startsWith(`${service}:`))
      report.error(place, `must be an action of ${service} here`);
  }
  return new ActionMatcher(
    actions.map(({ text }) => text),
    negated,
  );
}
