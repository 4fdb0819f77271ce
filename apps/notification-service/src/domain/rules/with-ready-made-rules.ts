import type { Statements } from '@strongroom/database';
import type { AlarmSettings } from '../alarms/alarm';
import { MANAGED_BY, type ReadyMadeRule, readyMadeRules } from './ready-made-rules';
import type { Rule, RuleState, TargetSettings } from './rule';
import type { ActiveRule, RuleStore, Within } from './rule-store.port';

/** Makes an alarm unless there is one of its name. */
export interface AlarmMaker {
  ensure(accountId: string, settings: AlarmSettings, deadline: number): Promise<void>;
}

/**
 * A store of rules in which every account has the ready-made ones. They cost nothing until somebody changes one: then it becomes
 * a rule like others, which says who manages it. Deleted, it is as it was at first.
 */
export class WithReadyMadeRules implements RuleStore {
  private readonly readyMade = new Map(readyMadeRules.map((rule) => [rule.name, rule]));

  constructor(
    private readonly rules: RuleStore,
    private readonly alarms: AlarmMaker,
  ) {}

  active(tx: Statements, accountId: string): Promise<ActiveRule[]> {
    return this.rules.active(tx, accountId);
  }

  async find(accountId: string, name: string): Promise<Rule | undefined> {
    return (await this.rules.find(accountId, name)) ?? this.unchanged(accountId, name);
  }

  async list(accountId: string, prefix: string, after: string, limit: number): Promise<Rule[]> {
    const stored = await this.rules.list(accountId, prefix, after, limit);
    const known = new Set(stored.map(({ name }) => name));
    const others = [...this.readyMade.keys()].filter((name) => name > after && name.startsWith(prefix) && !known.has(name));
    const all = [...stored, ...others.map((name) => this.unchanged(accountId, name)!)];
    // A stored one that is not on a full page comes after its last, and its unchanged like falls off with it.
    return all.sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, limit);
  }

  async put(rule: Rule, within: Within): Promise<void> {
    await this.prepare(rule, within);
    return this.rules.put(rule, within);
  }

  async setState(accountId: string, name: string, state: RuleState, within: Within): Promise<void> {
    const isOfReads = this.readyMade.get(name)?.isOfReads === true;
    const wanted = isOfReads && state === 'ENABLED' ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : state;
    await this.keep(accountId, name, within);
    await this.prepare({ accountId, name, state: wanted }, within);
    return this.rules.setState(accountId, name, wanted, within);
  }

  async setTags(accountId: string, name: string, tags: Readonly<Record<string, string>>, within: Within): Promise<void> {
    await this.keep(accountId, name, within);
    return this.rules.setTags(accountId, name, tags, within);
  }

  remove(accountId: string, name: string, within: Within): Promise<void> {
    return this.rules.remove(accountId, name, within);
  }

  targets(accountId: string, ruleName: string): Promise<TargetSettings[]> {
    return this.rules.targets(accountId, ruleName);
  }

  async putTargets(accountId: string, name: string, targets: readonly TargetSettings[], within: Within): Promise<string[]> {
    await this.keep(accountId, name, within);
    return this.rules.putTargets(accountId, name, targets, within);
  }

  async removeTargets(accountId: string, name: string, ids: readonly string[], within: Within): Promise<string[]> {
    await this.keep(accountId, name, within);
    return this.rules.removeTargets(accountId, name, ids, within);
  }

  namesByTarget(accountId: string, targetArn: string, after: string, limit: number): Promise<string[]> {
    return this.rules.namesByTarget(accountId, targetArn, after, limit);
  }

  /** Stores a ready-made rule as it is, which changes nothing for anybody, so that it can be changed. */
  private async keep(accountId: string, name: string, { deadline }: Within): Promise<void> {
    const rule = this.unchanged(accountId, name);
    if (rule === undefined || (await this.rules.find(accountId, name))) return;
    await this.rules.put(rule, { beforeCommit: () => Promise.resolve(), deadline });
  }

  private async prepare({ accountId, name, state }: Pick<Rule, 'accountId' | 'name' | 'state'>, { deadline }: Within) {
    const alarm = this.readyMade.get(name)?.alarm;
    if (alarm && state !== 'DISABLED') await this.alarms.ensure(accountId, alarm, deadline);
  }

  private unchanged(accountId: string, name: string): Rule | undefined {
    const found: ReadyMadeRule | undefined = this.readyMade.get(name);
    if (found === undefined) return undefined;
    const { description, eventPattern } = found;
    return { accountId, name, description, eventPattern, state: 'DISABLED', roleArn: '', managedBy: MANAGED_BY, tags: {} };
  }
}
