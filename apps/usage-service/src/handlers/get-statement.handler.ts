import {
  dayOf,
  firstDayOf,
  hourOf,
  type MonthOfUsage,
  monthOf,
  nextMonth,
  parseDay,
  parseMonth,
  type Product,
} from '@strongroom/billing';
import type { GetStatementRequest, GetStatementResponse, Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { fromPriceListMessage, PRODUCT_MESSAGES } from '../domain/price-list-message';
import { statementOf } from '../domain/statement';
import type { Call, Dependencies } from './dependencies';
import { requireAccount } from './request-rules';

export const getStatement = (d: Dependencies) =>
  unary<GetStatementRequest, GetStatementResponse, Call['caller']>(async (request, call) => {
    const now = d.clock.millis();
    const month = requireMonth(request.month, now);
    const whatIf = request.priceList && fromPriceListMessage(request.priceList);
    const accountId = requireAccount(d, call, request.accountId);
    const stored = await d.store.statement(accountId, month);
    if (stored && !whatIf) return { statement: stored };
    const until = Math.min(hourOf(now) + 1, firstDayOf(nextMonth(month)) * 24);
    const usage = await d.store.monthOfUsage(accountId, month, until);
    const priceList = whatIf ?? (await d.prices.current()).priceList;
    const used = stored ? { ...usage, ...quantitiesOf(stored) } : usage;
    return { statement: statementOf({ accountId, region: d.region }, used, priceList, undefined) };
  });

function requireMonth(text: string, now: number): string {
  const current = monthOf(dayOf(now));
  if (text === '') return current;
  const month = parseMonth(text);
  if (month === undefined) throw invalidParameter('Month must be YYYY-MM, of the years 2000 to 9998.');
  if (month > current) throw invalidParameter('Month must not be in the future.');
  return month;
}

/** What a closed month was computed from. */
function quantitiesOf({ days }: Statement): Pick<MonthOfUsage, 'quantities'> {
  const products = Object.entries(PRODUCT_MESSAGES) as [Product, number][];
  return {
    quantities: days.map(({ day, product, quantity }) => ({
      day: parseDay(day)!,
      product: products.find(([, message]) => message === (product as number))![0],
      quantity,
    })),
  };
}
