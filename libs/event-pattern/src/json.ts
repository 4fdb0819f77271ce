/** What JSON.parse gives. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
export type Scalar = null | boolean | number | string;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: Json | undefined): value is Scalar =>
  value !== undefined && (value === null || typeof value !== 'object');

/** A field of an object's own, whatever its prototype has. */
export function fieldOf(object: JsonObject | undefined, name: string): Json | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The objects that a field holds: itself, or those in its array, however deep. */
export function objectsIn(value: Json | undefined): JsonObject[] {
  return membersOf(value, isObject);
}

/** The scalars that a field holds: itself, or those in its array, however deep. */
export function scalarsIn(value: Json | undefined): Scalar[] {
  return membersOf(value, isScalar);
}

/** Without recursion: whoever writes an event may nest arrays as deep as they like. */
function membersOf<T extends Json>(value: Json | undefined, isWanted: (member: Json | undefined) => member is T): T[] {
  if (!Array.isArray(value)) return isWanted(value) ? [value] : [];
  const found: T[] = [];
  const arrays: Json[][] = [value];
  for (let array = arrays.pop(); array !== undefined; array = arrays.pop()) {
    for (const member of array) {
      if (Array.isArray(member)) arrays.push(member);
      else if (isWanted(member)) found.push(member);
    }
  }
  return found;
}
