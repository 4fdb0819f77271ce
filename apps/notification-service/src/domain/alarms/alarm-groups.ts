import { NOTIFICATION } from '@strongroom/bounds';
import type { Json, JsonObject } from '@strongroom/event-pattern';

/** Values that an alarm counts for themselves at a time; whoever varies a value must not fill the database. */
export const MAX_GROUPS = NOTIFICATION.alarmGroups;
/** What further values are counted as, together. */
export const OTHERS = '(others)';
/** The value of events that lack the field. */
const NOTHING = '(none)';
const MAX_LENGTH = 256;

/**
 * The group of an event: the value of a field, `detail.userIdentity.arn`. Of an array, its first member. Objects have no value.
 */
export function groupOf(event: JsonObject, field: string): string {
  if (field === '') return '';
  let value: Json | undefined = event;
  for (const name of field.split('.')) {
    if (Array.isArray(value)) value = value[0];
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return NOTHING;
    value = value[name];
  }
  if (Array.isArray(value)) value = value[0];
  if (value === undefined || value === null || typeof value === 'object') return NOTHING;
  const text = String(value);
  return text === '' ? NOTHING : text.slice(0, MAX_LENGTH);
}

/** The groups to count in: those that are known, new ones while there is room, and the others together. */
export function admitGroups(known: ReadonlySet<string>, wanted: Iterable<string>): (group: string) => string {
  const admitted = new Set(known);
  for (const group of wanted) if (admitted.size < MAX_GROUPS) admitted.add(group);
  return (group) => (admitted.has(group) ? group : OTHERS);
}
