import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  type DescMethod,
  fromBinary,
  ScalarType,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorSet } from '@strongroom/contracts/descriptor-set';
import type { Field, Member, Shape, StructureShape, StructureTree, Tree } from './shape';
import { BYTES, FIXED64, lengthDelimited, tag, VARINT, varint } from './wire';

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSet, 'base64')));

/** Every RPC of every service in the contracts. */
export const allMethods = (): DescMethod[] =>
  [...registry].flatMap((type) => (type.kind === 'service' && type.typeName.startsWith('strongroom.') ? type.methods : []));

/** What a message of this type is made of. */
export const shapeOfMessage = (message: DescMessage): StructureShape => ({
  kind: 'structure',
  members: message.fields.map(memberOf),
});

const memberOf = (field: DescField): Member => ({
  name: field.name,
  number: field.number,
  shape: shapeOfField(field),
  // No field of proto3 is required. Fields that are marked optional are sometimes left out.
  required: field.oneof === undefined && !field.proto.proto3Optional,
  ...(field.oneof === undefined ? {} : { oneOf: field.oneof.name }),
});

function shapeOfField(field: DescField): Shape {
  switch (field.fieldKind) {
    case 'list':
      return { kind: 'list', item: field.listKind === 'message' ? shapeOfMessage(field.message) : shapeOfScalar(field) };
    case 'map':
      return { kind: 'map', value: field.mapKind === 'message' ? shapeOfMessage(field.message) : shapeOfScalar(field) };
    case 'message':
      return shapeOfMessage(field.message);
    default:
      return shapeOfScalar(field);
  }
}

function shapeOfScalar(field: DescField): Shape {
  if (field.enum) return { kind: 'choice', values: field.enum.values.map(({ number }) => BigInt(number)) };
  switch (field.scalar) {
    case ScalarType.STRING:
      return { kind: 'text' };
    case ScalarType.BYTES:
      return { kind: 'bytes' };
    case ScalarType.BOOL:
      return { kind: 'flag' };
    default:
      return { kind: 'integer' };
  }
}

/** Writes a request as the bytes of its message. */
export const encodeProtobuf = ({ fields }: StructureTree): Buffer => Buffer.concat(fields.map(encodeField));

function encodeField({ member: { number }, tree }: Field): Buffer {
  switch (tree.kind) {
    case 'list':
      // Not packed: readers take both.
      return Buffer.concat(tree.items.map((item) => encodeValue(number, item)));
    case 'map':
      return Buffer.concat(
        tree.entries.map(([key, value]) => lengthDelimited(number, Buffer.concat([encodeValue(1, key), encodeValue(2, value)]))),
      );
    default:
      return encodeValue(number, tree);
  }
}

function encodeValue(number: number, tree: Tree): Buffer {
  switch (tree.kind) {
    case 'text':
    case 'bytes':
      return lengthDelimited(number, Buffer.from(tree.value));
    case 'flag':
      return Buffer.concat([tag(number, VARINT), varint(tree.value ? 1n : 0n)]);
    case 'integer':
      return typeof tree.value === 'bigint'
        ? Buffer.concat([tag(number, VARINT), varint(tree.value)])
        : Buffer.concat([tag(number, FIXED64), doubleOf(tree.value)]);
    case 'structure':
      return lengthDelimited(number, encodeProtobuf(tree));
    case 'nest':
      return nested(number, tree.depth);
    default:
      return encodeField({ member: { number } as Member, tree });
  }
}

const doubleOf = (text: string): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number(text));
  return bytes;
};

/** Groups, which readers must skip as a whole; and as many lengths within lengths. */
function nested(number: number, depth: number): Buffer {
  const groups = [Buffer.concat(Array(depth).fill(tag(number, 3))), Buffer.concat(Array(depth).fill(tag(number, 4)))];
  let inner: Buffer = Buffer.alloc(0);
  // The lengths grow with the depth: a few thousand levels are enough for any recursion, and little to send.
  for (let level = 0; level < Math.min(depth, 200); level++) inner = lengthDelimited(number, inner);
  return Buffer.concat([...groups, tag(number, BYTES), varint(BigInt(inner.length)), inner]);
}
