import {
  dayText,
  daysOfMonth,
  divided,
  formatAmount,
  isByTheMonth,
  type MonthOfUsage,
  priceMonth,
  type PriceList,
  type StatementLine,
} from '@strongroom/billing';
import type { Statement, StatementLine as LineMessage } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { PRODUCT_MESSAGES, toPriceListMessage } from './price-list-message';

/** @param closedAt undefined for a month that is not closed */
export function statementOf(
  { accountId, region }: { accountId: string; region: string },
  usage: MonthOfUsage,
  priceList: PriceList,
  closedAt: Date | undefined,
): Statement {
  const { lines, total, freeTrialCredit, freeTrialEnd } = priceMonth(usage, priceList);
  return {
    accountId,
    region,
    month: usage.month,
    closed: closedAt !== undefined,
    closedAt,
    currency: priceList.currency,
    lines: lines.map((line) => lineMessage(line, usage.month)),
    total: formatAmount(total),
    freeTrialCredit: formatAmount(freeTrialCredit),
    freeTrialEnd: freeTrialEnd === undefined ? '' : dayText(freeTrialEnd),
    priceList: toPriceListMessage(priceList),
    days: usage.quantities.map(({ day, product, quantity }) => ({
      day: dayText(day),
      product: PRODUCT_MESSAGES[product],
      quantity,
    })),
  };
}

const lineMessage = (line: StatementLine, month: string): LineMessage => ({
  product: PRODUCT_MESSAGES[line.product],
  firstDay: dayText(line.firstDay),
  lastDay: dayText(line.lastDay),
  quantity: line.quantity,
  pricedQuantity: pricedQuantity(line, month),
  unitAmount: formatAmount(line.unitAmount),
  per: line.per,
  amount: formatAmount(line.amount),
  tier: line.tier,
});

/** In months or calls. */
const pricedQuantity = ({ product, quantity }: StatementLine, month: string): string =>
  isByTheMonth(product) ? formatAmount(divided(quantity * 1_000_000n, BigInt(daysOfMonth(month) * 24))) : quantity.toString();
