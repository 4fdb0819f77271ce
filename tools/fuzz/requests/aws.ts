import { services, type AwsService } from '../../../apps/aws-gateway/src/gateway/services';
import type { Shape as GatewayShape, StructureShape as GatewayStructure } from '../../../apps/aws-gateway/src/model/shapes';
import type { Shape, StructureShape, StructureTree, Tree } from './shape';

/** An operation of the gateway, and the shape of its request. */
export interface AwsOperation {
  service: AwsService;
  name: string;
  isUnsigned: boolean;
  shape: StructureShape;
}

export const allOperations = (): AwsOperation[] =>
  services.flatMap((service) =>
    [...service.operations].map(([name, { input, isUnsigned = false }]) => ({
      service,
      name,
      isUnsigned,
      shape: shapeOf(input) as StructureShape,
    })),
  );

function shapeOf(shape: GatewayShape): Shape {
  switch (shape.kind) {
    case 'integer':
    case 'long':
      return { kind: 'integer' };
    case 'boolean':
      return { kind: 'flag' };
    case 'blob':
      return { kind: 'bytes' };
    case 'timestamp':
      return { kind: 'time' };
    case 'enum':
      return { kind: 'choice', values: Object.keys(shape.values) };
    case 'list':
      return { kind: 'list', item: shapeOf(shape.item) };
    case 'map':
      return { kind: 'map', value: shapeOf(shape.value) };
    case 'structure':
      return membersOf(shape);
    case 'refused':
      // AWS has another type here. Whatever it is, the gateway looks at it before it refuses it.
      return { kind: 'choice', values: shape.except.length > 0 ? shape.except : ['x'] };
    default:
      return { kind: 'text' };
  }
}

const membersOf = ({ members }: GatewayStructure): StructureShape => ({
  kind: 'structure',
  members: Object.entries(members).map(([name, shape]) => ({
    name,
    number: 0,
    shape: shapeOf(shape),
    required: shape.required ?? false,
    ...(shape.kind === 'refused' ? { isRefused: true } : {}),
  })),
});

/** Writes a request as AWS JSON 1.1. Bytes, because a text in it may be invalid UTF-8. */
export function encodeJson(tree: Tree): Buffer {
  switch (tree.kind) {
    case 'text':
      return typeof tree.value === 'string'
        ? Buffer.from(JSON.stringify(tree.value))
        : Buffer.concat([Buffer.from('"'), tree.value, Buffer.from('"')]);
    case 'bytes':
      return Buffer.from(`"${tree.value.toString('base64')}"`);
    case 'integer':
    case 'flag':
      return Buffer.from(String(tree.value));
    case 'list':
      return enclose('[', tree.items.map(encodeJson), ']');
    case 'map':
      return enclose(
        '{',
        tree.entries.map(([key, value]) => pair(encodeJson(key), encodeJson(value))),
        '}',
      );
    case 'structure':
      return enclose(
        '{',
        tree.fields.map(({ member, tree: value }) => pair(Buffer.from(JSON.stringify(member.name)), encodeJson(value))),
        '}',
      );
    case 'nest':
      return Buffer.from(`${'['.repeat(tree.depth)}${']'.repeat(tree.depth)}`);
  }
}

const COMMA = Buffer.from(',');
const pair = (key: Buffer, value: Buffer): Buffer => Buffer.concat([key, Buffer.from(':'), value]);
const enclose = (open: string, items: readonly Buffer[], close: string): Buffer =>
  Buffer.concat([Buffer.from(open), ...items.flatMap((item, at) => (at === 0 ? [item] : [COMMA, item])), Buffer.from(close)]);

/** Writes a request as the parameters of AWS Query. */
export const encodeQuery = (action: string, version: string, tree: StructureTree): Buffer => {
  const parameters: string[] = [`Action=${action}`, `Version=${version}`];
  const add = (name: string, value: string | Buffer) => parameters.push(`${name}=${percentEncode(value)}`);
  const write = (name: string, one: Tree): void => {
    const within = (part: string) => (name === '' ? part : `${name}.${part}`);
    switch (one.kind) {
      case 'list':
        if (one.items.length === 0) add(name, '');
        one.items.forEach((item, at) => write(within(`member.${at + 1}`), item));
        return;
      case 'map':
        one.entries.forEach(([key, value], at) => {
          write(within(`entry.${at + 1}.key`), key);
          write(within(`entry.${at + 1}.value`), value);
        });
        return;
      case 'structure':
        for (const { member, tree: value } of one.fields) write(within(member.name), value);
        return;
      case 'nest':
        return void add(`${name}${'.member.1'.repeat(Math.min(one.depth, 2_000))}`, 'x');
      case 'bytes':
        return void add(name, one.value.toString('base64'));
      case 'text':
        return void add(name, one.value);
      default:
        return void add(name, String(one.value));
    }
  };
  write('', tree);
  return Buffer.from(parameters.join('&'));
};

/** As RFC 3986 has it; what is no text is percent-encoded as a whole. */
const percentEncode = (value: string | Buffer): string =>
  typeof value === 'string'
    ? encodeURIComponent(Buffer.from(value).toString()).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      )
    : value.toString('hex').toUpperCase().replace(/../g, '%$&');
