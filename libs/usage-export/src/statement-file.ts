import type { Statement } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { csvOf } from './csv';
import { FOCUS_COLUMNS, focusRows } from './focus-rows';
import { PRODUCT_NAMES } from './product-names';

/** `focus`: FOCUS 1.2, for FinOps tools. */
export const STATEMENT_FORMATS = ['csv', 'focus'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

const COLUMNS = [
  'account',
  'month',
  'closed',
  'product',
  'first_day',
  'last_day',
  'tier',
  'quantity',
  'unit_amount',
  'per',
  'amount',
  'currency',
] as const;

/** A statement as CSV of RFC 4180, with a head and a row for each line. */
export const statementFile = (statement: Statement, format: StatementFormat): string =>
  format === 'focus' ? csvOf(focusRows(statement), FOCUS_COLUMNS) : csvOf(plainRows(statement), COLUMNS);

const plainRows = ({ accountId, month, closed, currency, lines }: Statement): Record<(typeof COLUMNS)[number], string>[] =>
  lines.map((line) => ({
    account: accountId,
    month,
    closed: String(closed),
    product: PRODUCT_NAMES[line.product],
    first_day: line.firstDay,
    last_day: line.lastDay,
    tier: String(line.tier),
    quantity: line.pricedQuantity,
    unit_amount: line.unitAmount,
    per: String(line.per),
    amount: line.amount,
    currency,
  }));
