import type { Statements } from '@strongroom/database';
import type { Rule, RuleState, TargetSettings } from './rule';

/** A rule that is not disabled, with its targets. */
export interface ActiveRule extends Pick<Rule, 'name' | 'eventPattern' | 'state'> {
  targets: TargetSettings[];
}

/** Runs in the transaction of a change, before it is committed. */
export type BeforeCommit = () => Promise<void>;

export interface Within {
  beforeCommit: BeforeCommit;
  /** Epoch milliseconds. */
  deadline: number;
}

export interface RuleStore {
  /** The account's rules that are not disabled and have targets. */
  active(tx: Statements, accountId: string): Promise<ActiveRule[]>;
  find(accountId: string, name: string): Promise<Rule | undefined>;
  /** By name, after `after`. */
  list(accountId: string, prefix: string, after: string, limit: number): Promise<Rule[]>;
  /** Makes a rule or changes it: an old one keeps its tags and who manages it. @throws LimitExceededException */
  put(rule: Rule, within: Within): Promise<void>;
  setState(accountId: string, name: string, state: RuleState, within: Within): Promise<void>;
  setTags(accountId: string, name: string, tags: Readonly<Record<string, string>>, within: Within): Promise<void>;
  /** @throws ValidationException while it has targets */
  remove(accountId: string, name: string, within: Within): Promise<void>;
  /** By id. */
  targets(accountId: string, ruleName: string): Promise<TargetSettings[]>;
  /** Adds and replaces; returns the ids of those for which there is no room. */
  putTargets(accountId: string, ruleName: string, targets: readonly TargetSettings[], within: Within): Promise<string[]>;
  /** Returns the ids that were not there. */
  removeTargets(accountId: string, ruleName: string, ids: readonly string[], within: Within): Promise<string[]>;
  /** By name, after `after`. */
  namesByTarget(accountId: string, targetArn: string, after: string, limit: number): Promise<string[]>;
}
