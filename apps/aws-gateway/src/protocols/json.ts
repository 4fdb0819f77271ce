import { serialization } from '../aws-error';
import { lowerCamel, type Members, type Shape, type Structure, type StructureShape, type Value } from '../model/shapes';
import { readBase64 } from './base64';
import { requireBoundedJson } from './json-bounds';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the body of an AWS JSON 1.1 request. Leaves out members that the shape does not have, as AWS does.
 * @throws AwsError SerializationException for invalid JSON, for too much of it, and for a type other than the shape's
 */
export function readJson(shape: StructureShape, body: Uint8Array): Structure {
  requireBoundedJson(body);
  let json: unknown;
  try {
    const text = utf8.decode(body);
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw serialization('The request body is not JSON in UTF-8');
  }
  return readMembers(shape.members, json, '');
}

function readMembers(members: Members, json: unknown, at: string): Structure {
  const object = requireObject(json, at);
  const value: Structure = {};
  for (const [member, shape] of Object.entries(members)) {
    const present = Object.hasOwn(object, member) ? object[member] : undefined;
    // null means the same as an absent member.
    if (present === undefined || present === null) continue;
    if (shape.kind === 'refused' && asksForNothing(present, shape.except)) continue;
    value[member] = readValue(shape, present, at === '' ? lowerCamel(member) : `${at}.${lowerCamel(member)}`);
  }
  return value;
}

function readValue(shape: Shape, json: unknown, at: string): Value {
  switch (shape.kind) {
    case 'string':
    case 'enum':
      return requireText(json, at);
    case 'integer':
      return requireInteger(json, at, -(2 ** 31), 2 ** 31 - 1, 'an Integer');
    case 'long':
      return requireInteger(json, at, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'a Long');
    case 'boolean':
      if (typeof json !== 'boolean') throw mismatch(json, 'a Boolean', at);
      return json;
    case 'blob':
      return readBase64(requireText(json, at), at);
    case 'timestamp':
      if (typeof json !== 'number' || Math.abs(json) > 8.64e12) throw mismatch(json, 'a Timestamp', at);
      return new Date(json * 1_000);
    case 'list':
      if (!Array.isArray(json)) throw mismatch(json, 'a List', at);
      return json.map((item, index) => readValue(shape.item, item, `${at}.${index + 1}.member`));
    case 'map':
      return readMap(shape.value, requireObject(json, at), at);
    case 'structure':
      return readMembers(shape.members, json, at);
    case 'refused':
      return true;
  }
}

const asksForNothing = (json: unknown, except: readonly string[]): boolean =>
  json === false || json === '' || (Array.isArray(json) && json.length === 0) || except.includes(json as string);

function readMap(shape: Shape, object: Record<string, unknown>, at: string): Structure {
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => {
      // Objects and messages would misread this name, and lose the value.
      if (key === '__proto__') throw serialization(`The map at '${at}' must not have the key __proto__`);
      return [requireText(key, at), readValue(shape, item, `${at}.member`)];
    }),
  );
}

function requireText(json: unknown, at: string): string {
  if (typeof json !== 'string') throw mismatch(json, 'a String', at);
  // Half of a surrogate pair has no UTF-8 form, and would be stored as something else.
  if (/\p{Surrogate}/u.test(json)) throw serialization(`The value at '${at}' is not well-formed Unicode`);
  return json;
}

function requireInteger(json: unknown, at: string, least: number, most: number, type: string): number {
  if (typeof json !== 'number' || !Number.isInteger(json) || json < least || json > most) throw mismatch(json, type, at);
  return json;
}

function requireObject(json: unknown, at: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw mismatch(json, 'an Object', at);
  return json as Record<string, unknown>;
}

function mismatch(json: unknown, wanted: string, at: string) {
  const found = json === null ? 'NULL' : Array.isArray(json) ? 'START_ARRAY' : NAMES[typeof json];
  const place = at === '' ? '' : ` (at '${at}')`;
  return serialization(`${found} can not be converted to ${wanted}${place}`);
}

const NAMES: Partial<Record<string, string>> = {
  string: 'STRING_VALUE',
  number: 'NUMBER_VALUE',
  boolean: 'BOOLEAN_VALUE',
  object: 'START_OBJECT',
};

export const writeJson = (shape: StructureShape, value: Structure): string => JSON.stringify(writeMembers(shape.members, value));

function writeMembers(members: Members, value: Structure): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, item]) => (item === undefined ? [] : [[member, writeValue(members[member]!, item)]])),
  );
}

function writeValue(shape: Shape, value: Value): unknown {
  switch (shape.kind) {
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'timestamp':
      return (value as Date).getTime() / 1_000;
    case 'list':
      return (value as Value[]).map((item) => writeValue(shape.item, item));
    case 'map':
      return Object.fromEntries(Object.entries(value as Structure).map(([key, item]) => [key, writeValue(shape.value, item!)]));
    case 'structure':
      return writeMembers(shape.members, value as Structure);
    default:
      return value;
  }
}
