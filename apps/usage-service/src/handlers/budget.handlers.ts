import { auditOf } from '@strongroom/audit-trail';
import { dayOf, formatAmount, hourOf, monthOf, parseAmount, priceMonth } from '@strongroom/billing';
import type {
  DeleteBudgetRequest,
  DeleteBudgetResponse,
  ListBudgetsRequest,
  ListBudgetsResponse,
  PutBudgetRequest,
  PutBudgetResponse,
} from '@strongroom/contracts/strongroom/usage/v1/usage';
import { invalidParameter, resourceNotFound } from '@strongroom/errors';
import { readNextToken, unknownToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import type { Call, Dependencies } from './dependencies';
import { requireAllowed, requireMaxResults, requireNumber } from './request-rules';

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const MAX_PAGE = 100;

export const putBudget = (d: Dependencies) =>
  unary<PutBudgetRequest, PutBudgetResponse, Call['caller']>(async (request, call) => {
    const name = requireName(request.budgetName);
    const amount = parseAmount(request.amount);
    if (amount === undefined || amount === 0n) {
      throw invalidParameter('Amount must be a decimal of more than 0 with at most 9 digits before the point and 6 after it.');
    }
    const thresholdPercent = requireNumber(request.thresholdPercent, {
      name: 'ThresholdPercent',
      min: 1,
      max: 1_000,
      standard: 100,
    });
    const { accountId } = call.caller;
    auditOf(call).parameter('budgetName', name);
    auditOf(call).parameter('amount', request.amount);
    auditOf(call).parameter('thresholdPercent', thresholdPercent);
    requireAllowed(d, call, 'budgets:ModifyBudget');
    await d.budgets.put({ accountId, name, amount, thresholdPercent }, () => auditOf(call).commit(), call.deadline);
    return {};
  });

export const listBudgets = (d: Dependencies) =>
  unary<ListBudgetsRequest, ListBudgetsResponse, Call['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults, MAX_PAGE);
    const { accountId } = call.caller;
    const asked = `ListBudgets ${accountId}`;
    const [after = ''] = readNextToken(request.nextToken, asked, 1) ?? [];
    if (after !== '' && !NAME.test(after)) throw unknownToken();
    requireAllowed(d, call, 'budgets:ViewBudget');
    const found = await d.budgets.list(accountId, after, limit + 1);
    const now = d.clock.millis();
    const { priceList } = await d.prices.current();
    const usage = await d.store.monthOfUsage(accountId, monthOf(dayOf(now)), hourOf(now) + 1);
    const spent = formatAmount(priceMonth(usage, priceList).total);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      budgets: page.map(({ name, amount, thresholdPercent, reachedMonth }) => ({
        budgetName: name,
        amount: formatAmount(amount),
        thresholdPercent,
        spent,
        reachedMonth: reachedMonth ?? '',
        currency: priceList.currency,
      })),
      nextToken: last ? writeNextToken([last.name], asked) : '',
    };
  });

export const deleteBudget = (d: Dependencies) =>
  unary<DeleteBudgetRequest, DeleteBudgetResponse, Call['caller']>(async (request, call) => {
    const name = requireName(request.budgetName);
    auditOf(call).parameter('budgetName', name);
    requireAllowed(d, call, 'budgets:ModifyBudget');
    const existed = await d.budgets.delete(call.caller.accountId, name, () => auditOf(call).commit(), call.deadline);
    if (!existed) throw resourceNotFound('There is no budget of this name.');
    return {};
  });

function requireName(name: string): string {
  if (!NAME.test(name)) throw invalidParameter('BudgetName must have 1 to 64 letters, digits, or characters of _.-');
  return name;
}
