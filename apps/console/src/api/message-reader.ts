import { type DescEnum, type DescField, type DescMessage, type DescOneof, ScalarType } from '@bufbuild/protobuf';
import { contracts } from './contract-fields';
import { invalidField } from './problem';

type Message = Record<string, unknown>;

/**
 * Reads the request of a method, such as `/strongroom.secrets.v1.SecretsService/GetSecretValue`, from what the page sent: the
 * same fields, of which unset ones may be missing.
 * @returns a function that makes the message as ts-proto has it. It throws `invalid-argument`, with the field and the rule
 */
export function requestReader(path: string): (input: unknown) => Message {
  const [service, method] = path.slice(1).split('/') as [string, string];
  const input = contracts.getService(service)?.methods.find(({ name }) => name === method)?.input;
  if (input === undefined) throw new Error(`the contracts do not describe ${path}`);
  return (value) => readMessage(input, value ?? {}, '');
}

const must = (field: string, rule: string): never => {
  throw invalidField(field || 'input', rule);
};

const isObject = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

function readMessage(desc: DescMessage, value: unknown, at: string): Message {
  if (!isObject(value)) return must(at, 'must be an object');
  const message: Message = {};
  const known = new Set<string>();
  for (const member of desc.members) {
    known.add(member.localName);
    const field = at === '' ? member.localName : `${at}.${member.localName}`;
    const given = value[member.localName];
    message[member.localName] = member.kind === 'oneof' ? readChoice(member, given, field) : readField(member, given, field);
  }
  for (const name of Object.keys(value)) {
    // What the page invents may be long, and is not repeated in full.
    if (!known.has(name)) must(at, `has no field ${JSON.stringify(name.slice(0, 64))}`);
  }
  return message;
}

/** As ts-proto has it: `{ $case: 'secretString', value: '…' }`. */
function readChoice(oneof: DescOneof, value: unknown, at: string): unknown {
  if (value === undefined || value === null) return undefined;
  const names = oneof.fields.map(({ localName }) => localName);
  if (!isObject(value)) return must(at, `must be { $case, value }, with $case one of ${names.join(', ')}`);
  const field = oneof.fields.find(({ localName }) => localName === value['$case']);
  if (field === undefined) return must(`${at}.$case`, `must be one of ${names.join(', ')}`);
  return { $case: field.localName, value: readOne(field, value['value'], `${at}.value`) };
}

function readField(field: DescField, value: unknown, at: string): unknown {
  const isUnset = value === undefined || value === null;
  if (field.fieldKind === 'list') {
    if (isUnset) return [];
    if (!Array.isArray(value)) return must(at, 'must be a list');
    return value.map((item, index) => readOne(field, item, `${at}[${index}]`));
  }
  if (field.fieldKind === 'map') {
    const map = Object.create(null) as Message;
    if (isUnset) return map;
    if (!isObject(value)) return must(at, 'must be an object');
    for (const [key, item] of Object.entries(value)) map[readText(key, at)] = readOne(field, item, `${at}.${key.slice(0, 64)}`);
    return map;
  }
  if (!isUnset) return readOne(field, value, at);
  return Number(field.presence) === IMPLICIT ? defaultOf(field) : undefined;
}

/** google.protobuf.FeatureSet.FieldPresence: absent and unset are the same. */
const IMPLICIT = 2;

const defaultOf = (field: DescField): unknown => {
  if (field.enum !== undefined) return 0;
  switch (field.scalar) {
    case ScalarType.STRING:
      return '';
    case ScalarType.BOOL:
      return false;
    case ScalarType.BYTES:
      return Buffer.alloc(0);
    case undefined:
      return undefined;
    default:
      return field.scalar in ranges64 ? 0n : 0;
  }
};

function readOne(field: DescField, value: unknown, at: string): unknown {
  if (field.message !== undefined) {
    return field.message.typeName === 'google.protobuf.Timestamp'
      ? readInstant(value, at)
      : readMessage(field.message, value, at);
  }
  return field.enum === undefined ? readScalar(field.scalar, value, at) : readEnum(field.enum, value, at);
}

/** What a google.protobuf.Timestamp holds: the years 1 to 9999. Epoch milliseconds. */
const INSTANTS = { first: Date.parse('0001-01-01T00:00:00Z'), last: Date.parse('9999-12-31T23:59:59.999Z') };

function readInstant(value: unknown, at: string): Date {
  const instant = value instanceof Date ? value.getTime() : NaN;
  return instant >= INSTANTS.first && instant <= INSTANTS.last ? (value as Date) : must(at, 'must be a date');
}

function readEnum(desc: DescEnum, value: unknown, at: string): number {
  if (typeof value === 'number' && desc.value[value] !== undefined) return value;
  return must(at, `must be one of ${desc.values.map(({ number, localName }) => `${number} (${localName})`).join(', ')}`);
}

function readText(value: unknown, at: string): string {
  if (typeof value !== 'string') return must(at, 'must be a text');
  // On the wire there is no half of a character.
  return /\p{Surrogate}/u.test(value) ? must(at, 'must be a well-formed text') : value;
}

const ranges: Readonly<Partial<Record<ScalarType, readonly [number, number]>>> = {
  [ScalarType.INT32]: [-(2 ** 31), 2 ** 31 - 1],
  [ScalarType.SINT32]: [-(2 ** 31), 2 ** 31 - 1],
  [ScalarType.SFIXED32]: [-(2 ** 31), 2 ** 31 - 1],
  [ScalarType.UINT32]: [0, 2 ** 32 - 1],
  [ScalarType.FIXED32]: [0, 2 ** 32 - 1],
};
const ranges64: Readonly<Partial<Record<ScalarType, readonly [bigint, bigint]>>> = {
  [ScalarType.INT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.SINT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.SFIXED64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.UINT64]: [0n, 2n ** 64n - 1n],
  [ScalarType.FIXED64]: [0n, 2n ** 64n - 1n],
};

function readScalar(type: ScalarType, value: unknown, at: string): unknown {
  if (type === ScalarType.STRING) return readText(value, at);
  if (type === ScalarType.BOOL) return typeof value === 'boolean' ? value : must(at, 'must be true or false');
  if (type === ScalarType.BYTES) return value instanceof Uint8Array ? Buffer.from(value) : must(at, 'must be bytes');
  const range64 = ranges64[type];
  if (range64 !== undefined) {
    const big = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
    const [least, most] = range64;
    return typeof big === 'bigint' && big >= least && big <= most
      ? big
      : must(at, `must be a whole number from ${least} to ${most}`);
  }
  const range = ranges[type];
  if (range === undefined) return typeof value === 'number' && Number.isFinite(value) ? value : must(at, 'must be a number');
  const [least, most] = range;
  const isIn = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return isIn ? value : must(at, `must be a whole number from ${least} to ${most}`);
}
