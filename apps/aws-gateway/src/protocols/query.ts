import { serialization } from '../aws-error';
import { lowerCamel, type Members, type Shape, type Structure, type StructureShape, type Value } from '../model/shapes';
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
    case 'structure':
      return readMembers(shape.members, from, at);
    case 'refused':
      return true;
    case 'string':
    case 'enum':
      return from.value;
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

function readInteger(text: string, at: string): number {
  if (!/^-?\d{1,10}$/.test(text) || Math.abs(Number(text)) >= 2 ** 31)
    throw serialization(`The value at '${at}' must be an Integer`);
  return Number(text);
}
