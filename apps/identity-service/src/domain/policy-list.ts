import { BUILT_IN_POLICIES } from './built-in-policies';
import type { ManagedPolicy } from './managed-policy';
import { cutPage, type Page } from './paging';

/** The start of a page of the list of policies: after this name, or with it. */
export interface PlaceInList {
  after?: string;
  /** The last one was a built-in policy; a policy of the account may have the same name and comes next. */
  inclusive?: boolean;
}

const BUILT_IN = 'b:';
const OWN = 'o:';

/** The marker's data about the last policy of a page. */
export const nameInList = (policy: ManagedPolicy): string => (policy.accountId === 'aws' ? BUILT_IN : OWN) + policy.name;

export const placeInList = (after: string | undefined): PlaceInList =>
  after === undefined ? {} : { after: after.slice(BUILT_IN.length), inclusive: after.startsWith(BUILT_IN) };

/** Names are sorted without regard to case, as in the database. */
const order = (policy: Pick<ManagedPolicy, 'name'>): string => policy.name.toUpperCase();

/** Merges the built-in policies into those of an account, in the order of names. */
export function builtInsAmong(
  own: Page<ManagedPolicy>,
  list: PlaceInList & { prefix: string; size: number; onlyLocal: boolean },
): Page<ManagedPolicy> {
  if (list.onlyLocal) return own;
  const { after } = list;
  const more = BUILT_IN_POLICIES.filter(
    (policy) => policy.path.startsWith(list.prefix) && (after === undefined || order(policy) > after.toUpperCase()),
  );
  // A stable sort: of two policies with one name, the built-in one is first.
  const all = [...more, ...own.items].sort((one, other) => (order(one) < order(other) ? -1 : order(one) > order(other) ? 1 : 0));
  const page = cutPage(all, list.size);
  return { items: page.items, truncated: page.truncated || own.truncated };
}
