import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorSet } from '@strongroom/contracts/descriptor-set';

/** What the contracts declare. */
export const contracts = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSet, 'base64')));

const names: ReadonlySet<string> = new Set(
  [...contracts].flatMap((declared) => (declared.kind === 'message' ? declared.members.map(({ localName }) => localName) : [])),
);

/** Whether a message has a field of this name, as the page spells it. */
export const isField = (name: string): boolean => names.has(name);
