import { serialization } from '../aws-error';
import { lowerCamel, type Members, type Shape, type Structure, type StructureShape, type Value } from '../model/shapes';

/** The parameters of a request by name. */
export type Parameters = ReadonlyMap<string, string>;

/** More items than any list may have. */
const MAX_ITEMS = 1_000;

/**
 * Reads the parameters of a Query request: `Tags.member.1.Key=…`.
 *
 * @throws AwsError SerializationException for a value of another type than the shape's
 */
export const readQuery = (shape: StructureShape, parameters: Parameters): Structure =>
  readMembers(shape.members, new Prefixed(parameters, ''), '');

/** The parameters whose names begin alike. */
class Prefixed {
  constructor(
    private readonly parameters: Parameters,
    readonly prefix: string,
  ) {}

  get value(): string | undefined {
    return this.parameters.get(this.prefix);
  }

  under(name: string): Prefixed {
    return new Prefixed(this.parameters, this.prefix === '' ? name : `${this.prefix}.${name}`);
  }

  get isPresent(): boolean {
    if (this.value !== undefined) return true;
    for (const name of this.parameters.keys()) if (name.startsWith(`${this.prefix}.`)) return true;
    return false;
  }

  /** `<prefix>.member.1`, `<prefix>.member.2`, … without gaps. */
  get items(): Prefixed[] {
    const items: Prefixed[] = [];
    for (let item = this.under('member.1'); item.isPresent; item = this.under(`member.${items.length + 1}`)) {
      if (items.length === MAX_ITEMS) throw serialization(`${this.prefix} has too many items`);
      items.push(item);
    }
    return items;
  }
}

function readMembers(members: Members, from: Prefixed, at: string): Structure {
  const value: Structure = {};
  for (const [member, shape] of Object.entries(members)) {
    const part = from.under(member);
    if (!part.isPresent) continue;
    if (shape.kind === 'refused' && ['', 'false', ...shape.except].includes(part.value ?? 'something')) continue;
    const read = readValue(shape, part, at === '' ? lowerCamel(member) : `${at}.${lowerCamel(member)}`);
    if (read !== undefined) value[member] = read;
  }
  return value;
}

function readValue(shape: Shape, from: Prefixed, at: string): Value | undefined {
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
