import type { RotationRules } from '@strongroom/schedule';

/** How a person chooses when a secret rotates. */
export interface ScheduleChoice {
  kind: 'never' | 'days' | 'hours' | 'weekly' | 'monthly' | 'expression';
  /** For `days` and `hours`. */
  every: number;
  /** 1 (Sunday) to 7, for `weekly`. */
  weekDays: readonly number[];
  /** `1` to `28`, or `L` for the last day, for `monthly`. */
  monthDay: string;
  /** 0 to 23, UTC, for `weekly` and `monthly`. */
  hour: number;
  expression: string;
  /** Hours; undefined: the service's default. */
  window: number | undefined;
}

export const FIRST_CHOICE: ScheduleChoice = {
  kind: 'days',
  every: 30,
  weekDays: [1],
  monthDay: '1',
  hour: 3,
  expression: 'cron(0 3 ? * SUN *)',
  window: undefined,
};

const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The rules of a choice; undefined for `never`. They may break a rule, which `readSchedule` says. */
export const rulesOfChoice = (choice: ScheduleChoice): RotationRules | undefined => {
  const duration = choice.window === undefined ? {} : { duration: `${choice.window}h` };
  switch (choice.kind) {
    case 'never':
      return undefined;
    case 'days':
      return { automaticallyAfterDays: choice.every, ...duration };
    case 'hours':
      return { scheduleExpression: `rate(${choice.every} hours)`, ...duration };
    case 'weekly': {
      const days = [...choice.weekDays].sort().map((day) => NAMES[day - 1]!);
      return { scheduleExpression: `cron(0 ${choice.hour} ? * ${days.join()} *)`, ...duration };
    }
    case 'monthly':
      return { scheduleExpression: `cron(0 ${choice.hour} ${choice.monthDay} * ? *)`, ...duration };
    case 'expression':
      return { scheduleExpression: choice.expression.trim(), ...duration };
  }
};

/** The choice that makes given rules. */
export const choiceOf = (rules: RotationRules | undefined): ScheduleChoice => {
  if (rules === undefined) return { ...FIRST_CHOICE, kind: 'never' };
  const { automaticallyAfterDays: days, scheduleExpression: expression = '', duration } = rules;
  const window = duration === undefined ? undefined : Number.parseInt(duration, 10);
  const base = { ...FIRST_CHOICE, window, expression: expression || FIRST_CHOICE.expression };
  if (days !== undefined) return { ...base, kind: 'days', every: days };
  const [, hours] = /^rate\((\d+) hours\)$/.exec(expression) ?? [];
  if (hours !== undefined) return { ...base, kind: 'hours', every: Number(hours) };
  const [, weekHour, week] =
    /^cron\(0 (\d{1,2}) \? \* ((?:SUN|MON|TUE|WED|THU|FRI|SAT)(?:,(?:SUN|MON|TUE|WED|THU|FRI|SAT))*) \*\)$/.exec(expression) ??
    [];
  if (week !== undefined) {
    return { ...base, kind: 'weekly', hour: Number(weekHour), weekDays: week.split(',').map((name) => NAMES.indexOf(name) + 1) };
  }
  const [, monthHour, monthDay] = /^cron\(0 (\d{1,2}) ([1-9]|1\d|2[0-8]|L) \* \? \*\)$/.exec(expression) ?? [];
  if (monthDay !== undefined) return { ...base, kind: 'monthly', hour: Number(monthHour), monthDay };
  return { ...base, kind: 'expression' };
};
