import type { Rule, RuleState } from '@strongroom/contracts/strongroom/notification/v1/rules';

/** `all`: calls that only read match, too. */
export const RULE_STATES = { on: 1, off: 2, all: 3 } as const satisfies Record<string, RuleState>;
export type RuleStateWord = keyof typeof RULE_STATES;

export const ruleStateOf = ({ state }: Pick<Rule, 'state'>): RuleStateWord =>
  Number(state) === RULE_STATES.off ? 'off' : Number(state) === RULE_STATES.all ? 'all' : 'on';

export const isReadyMade = ({ managedBy }: Pick<Rule, 'managedBy'>): boolean => managedBy !== '';

/** Rules of one's own first, then the ready-made ones, each by name. */
export const inOrder = <R extends Pick<Rule, 'name' | 'managedBy'>>(rules: readonly R[]): R[] =>
  [...rules].sort((one, other) => Number(isReadyMade(one)) - Number(isReadyMade(other)) || (one.name < other.name ? -1 : 1));

export type TargetKind = 'webhook' | 'topic';

/** What a target is: the name of a webhook or of a topic. */
export function targetOf(arn: string): { kind: TargetKind; name: string } {
  const [, , service, , , ...rest] = arn.split(':');
  return service === 'sns'
    ? { kind: 'topic', name: rest.join(':') }
    : { kind: 'webhook', name: rest.join(':').replace(/^webhook\//, '') };
}

/** An id for a new target that no other target of the rule has. */
export function newTargetId(arn: string, taken: readonly string[]): string {
  const { name } = targetOf(arn);
  const base = name.replace(/[^\w.-]/g, '-').slice(0, 60) || 'target';
  let id = base;
  for (let number = 2; taken.includes(id); number++) id = `${base}-${number}`;
  return id;
}
