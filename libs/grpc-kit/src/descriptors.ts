import { createFileRegistry, fromBinary, type DescFile, type DescMessage, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { BinaryReader } from '@bufbuild/protobuf/wire';

/**
 * The declarations of a set of proto files, and the files as the compiler wrote them: decoding and encoding them again could lose
 * data.
 */
export class Descriptors {
  private readonly registry: FileRegistry;
  private readonly bytes = new Map<string, Uint8Array>();
  /** By the full name of the message that they extend. */
  private readonly extensions = new Map<string, Map<number, DescFile>>();

  /** @param descriptorSet a serialised google.protobuf.FileDescriptorSet, imports before those who import them */
  constructor(descriptorSet: Uint8Array) {
    const set = fromBinary(FileDescriptorSetSchema, descriptorSet);
    this.registry = createFileRegistry(set);
    // The set is one repeated field, so the nth entry on the wire is the nth file.
    const reader = new BinaryReader(descriptorSet);
    for (const { name } of set.file) {
      reader.tag();
      this.bytes.set(name, reader.bytes());
    }
    for (const declared of this.registry) {
      if (declared.kind !== 'extension') continue;
      const numbers = this.extensions.get(declared.extendee.typeName) ?? new Map<number, DescFile>();
      this.extensions.set(declared.extendee.typeName, numbers.set(declared.number, declared.file));
    }
  }

  /** The file with this path (`strongroom/secrets/v1/secrets.proto`), followed by everything that it imports. */
  file(path: string): Uint8Array[] | undefined {
    const file = this.registry.getFile(path);
    return file && this.withImports(file);
  }

  /**
   * The same for the file that declares a service, a method, a message, a field, a oneof, an enum, a value of one, or an
   * extension.
   */
  fileOf(symbol: string): Uint8Array[] | undefined {
    const declared = this.registry.get(symbol) ?? this.parentOf(symbol);
    return declared && this.withImports(declared.file);
  }

  fileOfExtension(message: string, fieldNumber: number): Uint8Array[] | undefined {
    const file = this.extensions.get(message)?.get(fieldNumber);
    return file && this.withImports(file);
  }

  /** The field numbers of the extensions of a message; undefined for one that is not declared. */
  extensionNumbers(message: string): number[] | undefined {
    return this.registry.getMessage(message) && [...(this.extensions.get(message)?.keys() ?? [])];
  }

  /** Declarations of symbols that are not types. */
  private parentOf(symbol: string) {
    const dot = symbol.lastIndexOf('.');
    const name = symbol.slice(dot + 1);
    const scope = symbol.slice(0, Math.max(dot, 0));
    const parent = this.registry.get(scope);
    if (parent?.kind === 'service') return parent.methods.some((method) => method.name === name) ? parent : undefined;
    if (parent?.kind === 'message' && hasMember(parent, name)) return parent;
    // The values of an enum are named beside it, not within it.
    for (const declared of this.registry) {
      if (declared.kind !== 'enum' || scopeOf(declared.typeName) !== scope) continue;
      if (declared.values.some((value) => value.name === name)) return declared;
    }
    return undefined;
  }

  private withImports(file: DescFile): Uint8Array[] {
    const found = new Set([file]);
    // A set may grow while it is iterated; the iteration includes what was added.
    for (const { dependencies } of found) for (const dependency of dependencies) found.add(dependency);
    return Array.from(found, ({ proto }) => this.bytes.get(proto.name)!);
  }
}

const scopeOf = (name: string): string => name.slice(0, Math.max(name.lastIndexOf('.'), 0));

const hasMember = ({ fields, oneofs }: DescMessage, name: string): boolean =>
  fields.some((field) => field.name === name) || oneofs.some((oneof) => oneof.name === name);
