import type { Clock } from '@strongroom/clock';
import { CONDITION_KEYS, type ConditionKey, conditionKeyOf, type Decision } from '@strongroom/policy';
import { Authorizer } from './authorizer';
import type { AccessCheck, CallOrigin } from './access-check';
import { contextOfCheck } from './request-context';

const TABLE: readonly ConditionKey[] = Object.values(CONDITION_KEYS).flat();

/** An authorizer that also records which condition keys each action had. */
export class RecordingAuthorizer extends Authorizer {
  private readonly filled = new Map<string, Set<string>>();

  constructor(private readonly options: { region: string; clock: Clock }) {
    super(options);
  }

  override decide(call: CallOrigin, check: AccessCheck): Decision {
    const lookup = contextOfCheck(call, check, { region: this.options.region, now: () => this.options.clock.millis() });
    const [, , service = ''] = check.resource.split(':');
    const tagKeys = check.resourceTags instanceof Map ? [...check.resourceTags.keys()] : Object.keys(check.resourceTags ?? {});
    const asked = [
      ...TABLE.map(({ name }) => name),
      ...Object.keys(check.context ?? {}),
      ...tagKeys.flatMap((key) => ['aws', service].map((prefix) => `${prefix}:resourcetag/${key}`)),
      ...[...call.caller.tags.keys()].map((key) => `aws:principaltag/${key}`),
    ];
    const filled = this.filled.get(check.action) ?? new Set<string>();
    this.filled.set(check.action, filled);
    for (const key of asked) {
      const value = lookup(key.toLowerCase());
      const isAbsent = value === undefined || (Array.isArray(value) && value.length === 0);
      if (!isAbsent) filled.add(conditionKeyOf(key)?.name ?? key);
    }
    return super.decide(call, check);
  }

  /** The condition keys that an action had in any call, as documents write them. */
  keysOf(action: string): ReadonlySet<string> {
    return this.filled.get(action) ?? new Set();
  }

  /**
   * The differences between the recorded calls and the table of condition keys, for the actions of some services. None if a test
   * makes every call with every field, so that each has all the keys that it may have.
   */
  differences(...services: string[]): string[] {
    const isOurs = (action: string) => services.some((service) => action.startsWith(`${service}:`));
    const listed = TABLE.flatMap(({ name, calls }) => (calls.actions ?? []).filter(isOurs).map((action) => ({ name, action })));
    const missing = listed
      .filter(({ name, action }) => !this.keysOf(action).has(name))
      .map(({ name, action }) => `${action} lacks ${name}`);
    const unlisted = [...this.filled].flatMap(([action, names]) =>
      [...names].flatMap((name) => {
        const { calls } = TABLE.find((entry) => entry.name === name) ?? {};
        const isListed = calls && (calls.actions === undefined || calls.actions.includes(action));
        return isListed ? [] : [`${action} has ${name}, which is not listed for it`];
      }),
    );
    return [...new Set([...missing, ...unlisted])].sort();
  }
}
