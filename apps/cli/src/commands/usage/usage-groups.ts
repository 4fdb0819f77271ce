import { GroupBy } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { InvalidArgumentError } from 'commander';

export const GROUPS = {
  account: GroupBy.ACCOUNT,
  principal: GroupBy.PRINCIPAL,
  secret: GroupBy.SECRET,
  operation: GroupBy.OPERATION,
  tag: GroupBy.TAG,
};
export type Group = keyof typeof GROUPS;

/** By what calls are counted. */
export interface Grouping {
  groups: Group[];
  /** Of `tag`. */
  tagKey?: string;
}

/**
 * Names of groups with commas. `tag:KEY` is the last: what follows is the key, which may have commas.
 *
 * @throws InvalidArgumentError
 */
export function parseGroups(text: string): Grouping {
  const [, before = '', tagKey] = /^(.*?)(?:(?:^|,)\s*tag:(.+))?$/s.exec(text) ?? [];
  const groups = before === '' ? [] : before.split(',').map((group) => group.trim());
  if (tagKey !== undefined) groups.push('tag');
  const areKnown = groups.length > 0 && groups.every((group) => Object.hasOwn(GROUPS, group));
  const isFine = areKnown && new Set(groups).size === groups.length && groups.includes('tag') === (tagKey !== undefined);
  if (isFine) return { groups: groups as Group[], ...(tagKey !== undefined && { tagKey }) };
  throw new InvalidArgumentError(
    'It must be one or more of account, principal, secret, operation and, as the last, tag:KEY, separated by commas.',
  );
}
