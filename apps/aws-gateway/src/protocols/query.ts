import { serialization } from '../aws-error';
import {
  lowerCamel,
  MAP_NAMES,
  type MapShape,
  type Members,
  type Shape,
  type Structure,
  type StructureShape,
  type Value,
} from '../model/shapes';
import { readBase64 } from './base64';
import type { ParameterTree } from './parameter-tree';

/**
 * Reads the parameters of a Query request: `Tags.member.1.Key=…`.
 *
 * @throws AwsError SerializationException for a value of another type than the shape's
 */
export const readQuery = (shape: StructureShape, parameters: ParameterTree): Structure =>
  readMembers(shape.members, parameters, '');

function readMembers(members: Members, from: ParameterTree, at: string): Structure {
  const value: Structure = {};
  for (const [member, shape] of Object.entries(members)) {
    const part = from.under(member);
    if (part === undefined) continue;
    if (shape.kind === 'refused' && ['', 'false', ...shape.except].includes(part.value ?? 'something')) continue;
    const read = readValue(shape, part, at === '' ? lowerCamel(member) : `${at}.${lowerCamel(member)}`);
    if (read !== undefined) value[member] = read;
  }
  return value;
}

function readValue(shape: Shape, from: ParameterTree, at: string): Value | undefined {
  switch (shape.kind) {
    case 'list':
      return from.items.map((item, index) => readValue(shape.item, item, `${at}.${index + 1}.member`) ?? '');
    case 'map':
      return readMap(shape, from, at);
    case 'structure':
      return readMembers(shape.members, from, at);
    case 'refused':
      return true;
    case 'string':
    case 'enum':
      return from.value;
    case 'blob':
      return from.value === undefined ? undefined : readBase64(from.value, at);
    case 'integer':
    case 'long':
      return from.value === undefined ? undefined : readInteger(from.value, at);
    case 'boolean':
      if (from.value === undefined) return undefined;
      if (!/^(?:true|false)$/i.test(from.value)) throw serialization(`The value at '${at}' must be true or false`);
      return from.value.toLowerCase() === 'true';
    default:
      throw new Error(`no Query request has a member of kind ${shape.kind}`);
  }
}

/** `Attributes.entry.1.key`, `Attributes.entry.1.value`, … */
function readMap({ value: shape, names: [named, holding] = MAP_NAMES }: MapShape, from: ParameterTree, at: string): Structure {
  const read = from.under('entry')?.numbered ?? [];
  const entries = read.map((entry): [string, Value | undefined] => {
    const key = entry.under(named)?.value ?? '';
    // Objects would misread this name, and lose the value.
    if (key === '' || key === '__proto__') throw serialization(`The map at '${at}' must have names for its entries`);
    const value = entry.under(holding);
    return [key, value && readValue(shape, value, `${at}.${key.slice(0, MAX_SHOWN)}.member`)];
  });
  const map = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  if (new Set(entries.map(([key]) => key)).size < entries.length)
    throw serialization(`The map at '${at}' must not have a name twice`);
  return map;
}

const MAX_SHOWN = 100;

function readInteger(text: string, at: string): number {
  if (!/^-?\d{1,10}$/.test(text) || Math.abs(Number(text)) >= 2 ** 31)
    throw serialization(`The value at '${at}' must be an Integer`);
  return Number(text);
}
