import { formatAmount, parseAmount } from '@strongroom/billing';
import type { Poller } from '@strongroom/contracts/strongroom/usage/v1/usage';

/** What would spare the most calls: to hear of changes, to keep values for an hour, or nothing much. */
export type Advice = 'push' | 'cache' | 'none';

/** Fewer spared calls are not worth a change. */
const MIN_SPARED = 100n;

export function adviceFor({ repeatedReads, readsSavedByCache }: Pick<Poller, 'repeatedReads' | 'readsSavedByCache'>): Advice {
  if (repeatedReads < MIN_SPARED) return 'none';
  // A cache of an hour is the smaller change; it is enough if it spares nearly all.
  return readsSavedByCache * 10n >= repeatedReads * 9n ? 'cache' : 'push';
}

/** What all of them would spare. Amounts are decimals with six digits, and are added exactly. */
export function savingsOf(
  pollers: readonly Pick<Poller, 'reads' | 'repeatedReads' | 'readsSavedByCache' | 'savedByCache' | 'savedByPush'>[],
) {
  const sum = { reads: 0n, byCache: 0n, byPush: 0n, moneyByCache: 0n, moneyByPush: 0n };
  for (const poller of pollers) {
    sum.reads += poller.reads;
    sum.byCache += poller.readsSavedByCache;
    sum.byPush += poller.repeatedReads;
    sum.moneyByCache += parseAmount(poller.savedByCache) ?? 0n;
    sum.moneyByPush += parseAmount(poller.savedByPush) ?? 0n;
  }
  return { ...sum, moneyByCache: formatAmount(sum.moneyByCache), moneyByPush: formatAmount(sum.moneyByPush) };
}
