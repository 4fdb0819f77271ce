import { create, toBinary } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { Descriptors } from './descriptors';

const field = (name: string, number: number) => ({
  name,
  number,
  label: FieldDescriptorProto_Label.OPTIONAL,
  type: FieldDescriptorProto_Type.STRING,
});

const base = create(FileDescriptorProtoSchema, {
  name: 'a/base.proto',
  package: 'a',
  syntax: 'proto2',
  messageType: [{ name: 'Open', field: [field('text', 1)], extensionRange: [{ start: 100, end: 200 }] }],
  enumType: [{ name: 'Kind', value: [{ name: 'KIND_NONE', number: 0 }] }],
});
const middle = create(FileDescriptorProtoSchema, {
  name: 'b/middle.proto',
  package: 'b',
  syntax: 'proto2',
  dependency: ['a/base.proto'],
  extension: [{ ...field('more', 120), extendee: '.a.Open' }],
});
const top = create(FileDescriptorProtoSchema, {
  name: 'c/top.proto',
  package: 'c',
  syntax: 'proto3',
  dependency: ['b/middle.proto'],
  messageType: [{ name: 'Ask', field: [field('word', 1)], nestedType: [{ name: 'Inner', field: [field('deep', 1)] }] }],
  service: [{ name: 'Asking', method: [{ name: 'Do', inputType: '.c.Ask', outputType: '.c.Ask' }] }],
});
const bytesOf = Object.fromEntries(
  [base, middle, top].map((file) => [file.name, Buffer.from(toBinary(FileDescriptorProtoSchema, file))]),
);
const descriptors = new Descriptors(
  toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [base, middle, top] })),
);
const answered = (files: Uint8Array[] | undefined) => files?.map((bytes) => Buffer.from(bytes));
const { 'a/base.proto': baseBytes, 'b/middle.proto': middleBytes, 'c/top.proto': topBytes } = bytesOf;

it('answers a file as it was compiled, and all that it imports', () => {
  expect(answered(descriptors.file('c/top.proto'))).toEqual([topBytes, middleBytes, baseBytes]);
  expect(answered(descriptors.file('a/base.proto'))).toEqual([baseBytes]);
  expect(descriptors.file('a/other.proto')).toBeUndefined();
});

it.each([
  ['c.Asking', topBytes],
  ['c.Asking.Do', topBytes],
  ['c.Ask', topBytes],
  ['c.Ask.word', topBytes],
  ['c.Ask.Inner', topBytes],
  ['c.Ask.Inner.deep', topBytes],
  ['b.more', middleBytes],
  ['a.Kind', baseBytes],
  ['a.KIND_NONE', baseBytes],
])('finds the file that declares %s', (symbol, bytes) => {
  expect(answered(descriptors.fileOf(symbol))?.[0]).toEqual(bytes);
});

it.each(['', '.', 'c', 'c.', 'c.Ask.', '.c.Ask', 'c.Ask.none', 'c.Asking.None', 'constructor', '__proto__', 'c.Ask.constructor'])(
  'knows no symbol %j',
  (symbol) => expect(descriptors.fileOf(symbol)).toBeUndefined(),
);

it('finds extensions by the message that they extend', () => {
  expect(descriptors.extensionNumbers('a.Open')).toEqual([120]);
  expect(descriptors.extensionNumbers('c.Ask')).toEqual([]);
  expect(descriptors.extensionNumbers('c.None')).toBeUndefined();
  expect(answered(descriptors.fileOfExtension('a.Open', 120))).toEqual([middleBytes, baseBytes]);
  expect(descriptors.fileOfExtension('a.Open', 121)).toBeUndefined();
});
