import { lowerCamel, type Shape, type Structure, type StructureShape, type Value } from './shapes';

/** A gRPC message or a part of one, in the form of ts-proto. */
export type Fields = Record<string, unknown>;

/** The members of a request, with the names and types of its gRPC message. */
export function toFields({ members }: StructureShape, value: Structure): Fields {
  const fields: Fields = {};
  for (const [member, shape] of Object.entries(members)) {
    const present = value[member];
    if (present !== undefined && shape.kind !== 'refused') fields[shape.field ?? lowerCamel(member)] = toField(shape, present);
  }
  return fields;
}

function toField(shape: Shape, value: Value): unknown {
  switch (shape.kind) {
    case 'long':
      return BigInt(value as number);
    case 'blob':
      return Buffer.from(value as Uint8Array);
    case 'enum':
      return shape.values[value as string];
    case 'list':
      return (value as Value[]).map((item) => toField(shape.item, item));
    case 'map':
      return Object.fromEntries(Object.entries(value as Structure).map(([key, item]) => [key, toField(shape.value, item!)]));
    case 'structure':
      return toFields(shape, value as Structure);
    default:
      return value;
  }
}

/** The members of an answer. Empty parts of the message are left out, unless the shape says that they are always there. */
export function fromFields({ members }: StructureShape, fields: Fields): Structure {
  const value: Structure = {};
  for (const [member, shape] of Object.entries(members)) {
    const present = fromField(shape, fields[shape.field ?? lowerCamel(member)]);
    if (present !== undefined && (shape.required || !isEmpty(present))) value[member] = present;
  }
  return value;
}

function fromField(shape: Shape, field: unknown): Value | undefined {
  if (field === undefined) return undefined;
  switch (shape.kind) {
    case 'long':
      return Number(field);
    case 'enum':
      return Object.keys(shape.values).find((name) => shape.values[name] === field);
    case 'list':
      return listOf(field, shape.within).map((item) => fromField(shape.item, item)!);
    case 'map':
      return Object.fromEntries(Object.entries(field as Fields).map(([key, item]) => [key, fromField(shape.value, item)]));
    case 'structure':
      return fromFields(shape, field as Fields);
    default:
      return field as Value;
  }
}

const listOf = (field: unknown, within: string | undefined): unknown[] =>
  (within === undefined ? field : (field as Fields)[within]) as unknown[];

function isEmpty(value: Value): boolean {
  if (value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object' || value instanceof Uint8Array || value instanceof Date) return false;
  return Object.keys(value).length === 0;
}
