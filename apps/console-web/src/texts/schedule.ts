const list = new Intl.ListFormat('en', { type: 'conjunction' });
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

const inMonths = (months: readonly string[] | undefined): string => (months === undefined ? '' : ` in ${list.format(months)}`);
const ofMonths = (months: readonly string[] | undefined): string =>
  months === undefined ? ' of every month' : ` of ${list.format(months)}`;

/** How the schedule of a rotation is said. */
export const scheduleTexts = {
  onDemand: 'Only when somebody asks for it',
  days: (count: number) => (count === 1 ? 'Every day' : `Every ${count} days`),
  hours: (count: number) => `Every ${count} hours`,
  window: (hours: number) => `, within ${hours === 1 ? 'an hour' : `${hours} hours`}`,
  at: (times: readonly string[]) => `, from ${list.format(times)} UTC`,
  everyDay: (months?: readonly string[]) => `Every day${inMonths(months)}`,
  onDays: (days: readonly string[], months?: readonly string[]) => `On the ${list.format(days)}${ofMonths(months)}`,
  everyWeekDay: (days: readonly string[], months?: readonly string[]) => `Every ${list.format(days)}${inMonths(months)}`,
  onNth: (days: readonly string[], months?: readonly string[]) => `On the ${list.format(days)}${ofMonths(months)}`,
  ordinal: (day: number) => `${day}${SUFFIXES[ordinals.select(day)]!}`,
  lastDay: 'last day',
  last: 'last',
  nth: ['first', 'second', 'third', 'fourth', 'fifth'],
  weekDays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  months: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
};
