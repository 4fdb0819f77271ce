import { createFileRegistry, fromBinary, type DescField } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { descriptorSet } from '@strongroom/contracts/descriptor-set';

type Message = Record<string, Record<string, unknown>>;
interface Codec {
  decode(bytes: Uint8Array): Message;
  encode(message: Message): { finish(): Uint8Array };
  fromPartial(message: object): Message;
}

// Keys that objects of JavaScript have a meaning of their own for.
const KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'plain'];

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSet, 'base64')));
const maps = [...registry]
  .filter((declared) => declared.kind === 'message')
  .flatMap(({ fields }) => fields)
  .filter((field): field is DescField & { fieldKind: 'map' } => field.fieldKind === 'map')
  // What the contracts generate for themselves.
  .filter(({ parent }) => !parent.file.name.startsWith('google/protobuf'));

const codecOf = ({ parent }: DescField): Codec => {
  const generated = jest.requireActual<Record<string, Codec>>(`@strongroom/contracts/${parent.file.name}`);
  return generated[parent.typeName.slice(parent.file.proto.package.length + 1).replaceAll('.', '_')]!;
};

it('looks at all maps that there are', () => {
  expect(maps.length).toBeGreaterThan(10);
});

it.each(maps.map((field) => [`${field.parent.typeName}.${field.name}`, field] as const))(
  'the map %s keeps every key',
  (_name, field) => {
    const codec = codecOf(field);
    const writer = new BinaryWriter();
    for (const key of KEYS) {
      const entry = new BinaryWriter().tag(1, 2).string(key);
      // An empty message, and an empty text, are the same on the wire.
      writer.tag(field.number, 2).bytes(entry.tag(2, 2).bytes(new Uint8Array()).finish());
    }
    const decoded = codec.decode(writer.finish())[field.localName]!;
    expect(Object.keys(decoded)).toEqual(KEYS);
    const copied = codec.fromPartial({ [field.localName]: decoded });
    expect(Object.keys(copied[field.localName]!)).toEqual(KEYS);
    expect(Object.keys(codec.decode(codec.encode(copied).finish())[field.localName]!)).toEqual(KEYS);
  },
);
