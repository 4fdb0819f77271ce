import { BUILT_IN_POLICIES } from './built-in-policies';
import type { ManagedPolicy } from './managed-policy';
import { cutPage, type Page } from './paging';

/** Where a page of the list of policies begins: after this name, or with it. */
export interface PlaceInList {
  after?: string;
  /** A policy that comes with Strongroom was the last; one of the account may have the same name and comes next. */
  inclusive?: boolean;
}

const BUILT_IN = 'b:';
const OWN = 'o:';

/** What a marker remembers of the last policy of a page. */
export const nameInList = (policy: ManagedPolicy): string => (policy.accountId === 'aws' ? BUILT_IN : OWN) + policy.name;

export const placeInList = (after: string | undefined): PlaceInList =>
  after === undefined ? {} : { after: after.slice(BUILT_IN.length), inclusive: after.startsWith(BUILT_IN) };

/** Names are in order whatever their case, as the database has them. */
const order = (policy: Pick<ManagedPolicy, 'name'>): string => policy.name.toUpperCase();

/** Puts the policies that come with Strongroom between those of an account, in the order of names. */
export function builtInsAmong(
  own: Page<ManagedPolicy>,
  list: PlaceInList & { prefix: string; size: number; onlyLocal: boolean },
): Page<ManagedPolicy> {
  if (list.onlyLocal) return own;
  const { after } = list;
  const more = BUILT_IN_POLICIES.filter(
    (policy) => policy.path.startsWith(list.prefix) && (after === undefined || order(policy) > after.toUpperCase()),
  );
  // A stable sort: of two with one name, the one that comes with Strongroom is first.
  const all = [...more, ...own.items].sort((one, other) => (order(one) < order(other) ? -1 : order(one) > order(other) ? 1 : 0));
  const page = cutPage(all, list.size);
  return { items: page.items, truncated: page.truncated || own.truncated };
}
