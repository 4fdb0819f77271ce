import type { FieldRule } from './cron-field';

export const MINUTES: FieldRule = { name: 'Minutes', min: 0, max: 0 };
export const HOURS: FieldRule = { name: 'Hours', min: 0, max: 23 };
export const DAY_OF_MONTH: FieldRule = { name: 'Day-of-month', min: 1, max: 31 };
export const MONTH: FieldRule = {
  name: 'Month',
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
export const DAY_OF_WEEK: FieldRule = {
  name: 'Day-of-week',
  min: 1,
  max: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
export const YEAR: FieldRule = { name: 'Year', min: 0, max: 0 };
