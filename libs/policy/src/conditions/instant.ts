const ISO_8601 = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const EPOCH = /^\d{5,13}(?:\.\d{1,9})?$/;

/**
 * The milliseconds since the epoch of an ISO 8601 date or time (year, month, day, or with time and zone) or of epoch seconds;
 * four digits are a year. `undefined` for anything else, including days that do not exist.
 */
export function parseInstant(text: string): number | undefined {
  if (EPOCH.test(text)) return Number(text) * 1000;
  const parts = ISO_8601.exec(text);
  if (!parts) return undefined;
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => (part ? Number(part) : undefined));
  const fraction = parts[7] ? Number(`0.${parts[7]}`) * 1000 : 0;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year!, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const offset = offsetMinutes(parts[8] ?? 'Z');
  if (offset === undefined) return undefined;
  return midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}
