import { invalidParameter } from '@strongroom/errors';

/** The values that one field of a cron expression may take. */
export interface FieldRule {
  /** Its name in errors. */
  name: string;
  min: number;
  max: number;
  /** The first stands for `min`. */
  names?: readonly string[];
}

/** @throws InvalidParameterException that names the field and the rule */
export function badField({ name }: FieldRule, rule: string) {
  return invalidParameter(`RotationRules.ScheduleExpression: ${name} ${rule}.`);
}

/**
 * The values of a number, a name, a range (`1-5`), or any of them with an increment (`2/4`, `1-5/2`, or `/4` from the first value
 * on), ascending.
 */
export function valuesOf(item: string, rule: FieldRule): number[] {
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0) throw badField(rule, 'must have at most one / in an item');
  const every =
    step === undefined ? 1 : numberIn(step, { ...rule, name: `the increment of ${rule.name}`, min: 1, names: undefined });
  const [first, last] = boundsOf(range, rule, step !== undefined);
  const values: number[] = [];
  for (let value = first; value <= last; value += every) values.push(value);
  return values;
}

function boundsOf(range: string, rule: FieldRule, hasStep: boolean): [number, number] {
  if (range === '*' || (range === '' && hasStep)) return [rule.min, rule.max];
  const [from = '', to, ...more] = range.split('-');
  if (more.length > 0) throw badField(rule, 'must have at most one - in an item');
  const first = numberIn(from, rule);
  if (to === undefined) return [first, hasStep ? rule.max : first];
  const last = numberIn(to, rule);
  if (last < first) throw badField(rule, 'must have ascending ranges');
  return [first, last];
}

/** One value, by number or name. */
export function numberIn(text: string, rule: FieldRule): number {
  const named = rule.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? rule.min + named : /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (value >= rule.min && value <= rule.max) return value;
  const names = rule.names ? ` or ${rule.names[0]} to ${rule.names.at(-1)}` : '';
  throw badField(rule, `must be from ${rule.min} to ${rule.max}${names}`);
}

/** All items of a list, ascending, each once. */
export function listOf(field: string, rule: FieldRule): number[] {
  return [...new Set(field.split(',').flatMap((item) => valuesOf(item, rule)))].sort((a, b) => a - b);
}
