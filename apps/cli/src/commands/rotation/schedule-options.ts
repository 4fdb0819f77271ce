import { isDomainError } from '@strongroom/errors';
import { readSchedule, type RotationRules } from '@strongroom/schedule';
import { type Command, InvalidArgumentError } from 'commander';
import { usageError } from '../../cli-error';

export interface ScheduleOptions {
  function?: string;
  every?: number;
  schedule?: string;
  window?: string;
}

const parseDays = (text: string): number => {
  const days = /^(\d{1,4})d?$/.exec(text)?.[1];
  if (days !== undefined && Number(days) >= 1 && Number(days) <= 1000) return Number(days);
  throw new InvalidArgumentError('It must be a number of days from 1 to 1000, such as 30d.');
};

export const withFunction = (command: Command): Command =>
  command.option('--function <name>', "the rotation function: a name or ARN; default: the secret's present one");

export const withSchedule = (command: Command): Command =>
  command
    .option('--every <days>', 'rotate so many days after the last rotation', parseDays)
    .option('--schedule <expression>', "rate(…) or cron(…), in UTC, such as 'rate(12 hours)' or 'cron(0 4 ? * SUN *)'")
    .option('--window <hours>', 'how long after its beginning a rotation may start, such as 3h');

/**
 * The rules of the options; undefined if they name none.
 *
 * @throws CliError for what is no schedule, before anybody is asked
 */
export const rulesOf = ({ every, schedule, window }: ScheduleOptions): RotationRules | undefined => {
  if (every === undefined && schedule === undefined && window === undefined) return undefined;
  const rules: RotationRules = { automaticallyAfterDays: every, scheduleExpression: schedule, duration: window };
  try {
    readSchedule(rules);
  } catch (error) {
    if (isDomainError(error)) throw usageError(error.message, 'Give --every or --schedule, and with either of them --window.');
    throw error;
  }
  return rules;
};

/** What a contract's rules say, in a few words. */
export const rulesText = (rules: {
  automaticallyAfterDays?: bigint | number;
  scheduleExpression?: string;
  duration?: string;
}): string => {
  const { automaticallyAfterDays, scheduleExpression, duration } = rules;
  const when =
    scheduleExpression || (automaticallyAfterDays === undefined ? 'on demand' : `every ${automaticallyAfterDays} days`);
  return duration ? `${when}, window ${duration}` : when;
};
