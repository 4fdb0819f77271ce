import type { Json, JsonObject } from '@strongroom/event-pattern';

/** A name or a place in an array. */
type Step = string | number;
export type JsonPath = readonly Step[];

const STEP = /\.([A-Za-z_][A-Za-z0-9_-]*)|\['([^'\\]{1,128})'\]|\[(\d{1,6})\]/y;

/** `$`, `$.detail.eventName`, `$.detail['a name']`, `$.resources[0]`; undefined for any other text. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) return undefined;
    const [all, name, quoted, place] = found;
    steps.push(name ?? quoted ?? Number(place));
    at += all.length;
  }
  return steps;
}

/** What is there; undefined if nothing is. */
export function valueAt(event: JsonObject, path: JsonPath): Json | undefined {
  let value: Json | undefined = event;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = typeof step === 'number' ? value[step] : undefined;
    else value = typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}
