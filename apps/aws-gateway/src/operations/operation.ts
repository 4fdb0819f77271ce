import type { Service } from '@strongroom/methods';
import type { AwsError } from '../aws-error';
import type { Fields } from '../model/message';
import { type Members, type Structure, structure, type StructureShape } from '../model/shapes';

/** The gRPC clients that operations are calls of. */
export type Target = 'secrets' | 'keys' | 'identity' | 'tokens';

/** One operation of AWS, whole: what comes in, which call it is, what goes out. */
export interface Operation {
  target: Target;
  /** ts-proto's name of the gRPC method, such as `getSecretValue`. */
  method: string;
  input: StructureShape;
  output: StructureShape;
  /** What AWS says of members that only together, or only here, break a rule; their own rules are kept. */
  check?(input: Structure): AwsError | undefined;
  /** Where the gRPC message is built otherwise than the request. */
  toRequest?(fields: Fields): Fields;
  /** Where the answer is built otherwise than the gRPC message. `request` is what was asked. */
  fromResponse?(message: Fields, request: Fields): Fields;
  /** Proves its caller by what is in it, not by a signature. */
  isUnsigned?: boolean;
}

export type Operations = ReadonlyMap<string, Operation>;

export type Hooks = Pick<Operation, 'check' | 'toRequest' | 'fromResponse' | 'isUnsigned'>;

/**
 * Makes operations of one gRPC service. A method which it does not have does not compile.
 */
export const operationsOf =
  <S extends Service>(target: Target) =>
  (method: keyof S['contract'] & string, input: Members, output: Members = {}, hooks: Hooks = {}): Operation => ({
    target,
    method,
    input: structure(input),
    output: structure(output),
    ...hooks,
  });
