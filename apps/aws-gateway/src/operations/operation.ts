import type { Service } from '@strongroom/methods';
import type { AwsError } from '../aws-error';
import type { Fields } from '../model/message';
import { type Members, type Structure, structure, type StructureShape } from '../model/shapes';

/** The gRPC clients that operations call. */
export type Target = 'secrets' | 'keys' | 'identity' | 'tokens' | 'audit' | 'rules' | 'topics';

/** A complete AWS operation: its input, its gRPC call, its output. */
export interface Operation {
  target: Target;
  /** ts-proto's name of the gRPC method, such as `getSecretValue`. */
  method: string;
  input: StructureShape;
  output: StructureShape;
  /** The error for members that break a rule only together, or only here, and obey their own rules. */
  check?(input: Structure): AwsError | undefined;
  /** Builds the gRPC message if it is not built like the request. */
  toRequest?(fields: Fields): Fields;
  /** Builds the answer if it is not built like the gRPC message. `request` is the request. */
  fromResponse?(message: Fields, request: Fields): Fields;
  /** In XML its answer has a result even though that is empty, as in AWS's model: some clients look for it. */
  hasEmptyResult?: boolean;
  /** The content of its request proves its caller, not a signature. */
  isUnsigned?: boolean;
}

export type Operations = ReadonlyMap<string, Operation>;

export type Hooks = Pick<Operation, 'check' | 'toRequest' | 'fromResponse' | 'isUnsigned' | 'hasEmptyResult'>;

/** Makes operations of one gRPC service. An unknown method does not compile. */
export const operationsOf =
  <S extends Service>(target: Target) =>
  (method: keyof S['contract'] & string, input: Members, output: Members = {}, hooks: Hooks = {}): Operation => ({
    target,
    method,
    input: structure(input),
    output: structure(output),
    ...hooks,
  });
