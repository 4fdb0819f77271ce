import { type Command, InvalidArgumentError } from 'commander';
import { parseMonth } from '@strongroom/billing';

export interface AccountOption {
  account?: string;
}

const parseAccount = (text: string): string => {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('It must have 12 digits.');
};

export const withAccount = (command: Command): Command =>
  command.option('--account <id>', 'another account; only for the account that the cluster started with', parseAccount);

export interface MonthOption {
  month?: string;
}

const parseMonthOption = (text: string): string => {
  const month = parseMonth(text);
  if (month !== undefined) return month;
  throw new InvalidArgumentError('It must be a month, such as 2026-03.');
};

export const withMonth = (command: Command): Command =>
  command.option('--month <month>', 'such as 2026-03; default: the current one', parseMonthOption);
