import type { NumberRule, TextRule } from '@strongroom/field-rules';

/**
 * A member of an AWS request or answer: its type, and the rules for its values. One description serves all: reading and writing
 * (JSON or Query), checking, and translating to and from the gRPC messages.
 */
export type Shape =
  | StringShape
  | NumberShape
  | BooleanShape
  | BlobShape
  | TimestampShape
  | EnumShape
  | ListShape
  | MapShape
  | StructureShape
  | RefusedShape;

interface Common {
  required?: boolean;
  /** The name in the gRPC message, if it is not the member's own in lower camel case. */
  field?: string;
}

export interface StringShape extends Common, TextRule {
  kind: 'string';
  /** AWS's message for a value that does not match, if AWS has a special one. */
  otherwise?: string;
  /** The only valid values. */
  values?: readonly string[];
  /** Values do not appear in errors. */
  sensitive?: boolean;
  /** Percent-encoded in answers, as IAM does with policy documents. */
  uriEncoded?: boolean;
}

export interface NumberShape extends Common, NumberRule {
  kind: 'integer' | 'long';
}

export interface BooleanShape extends Common {
  kind: 'boolean';
}

/** Lengths are in bytes. */
export interface BlobShape extends Common {
  kind: 'blob';
  min?: number;
  max?: number;
}

export interface TimestampShape extends Common {
  kind: 'timestamp';
}

/** An AWS string that is an enum value in the gRPC message. */
export interface EnumShape extends Common {
  kind: 'enum';
  values: Readonly<Record<string, number>>;
}

export interface ListShape extends Common {
  kind: 'list';
  item: Shape;
  min?: number;
  max?: number;
  /** The message around the list, which has it in this field, because gRPC maps cannot hold lists. */
  within?: string;
}

export interface MapShape extends Common {
  kind: 'map';
  value: Shape;
  max?: number;
  /** What Query requests call the key and the value of an entry. Default: `key` and `value`. */
  names?: readonly [key: string, value: string];
}

/** The names of most maps in the Query protocol. */
export const MAP_NAMES = ['key', 'value'] as const;

export type Members = Readonly<Record<string, Shape>>;

export interface StructureShape extends Common {
  kind: 'structure';
  members: Members;
}

/**
 * What AWS supports and Strongroom does not. It must not be in a request: to ignore it would be to do something else than
 * requested.
 */
export interface RefusedShape extends Common {
  kind: 'refused';
  /** Values that request nothing special. `false` and empty values never do. */
  except: readonly string[];
}

/** A value with AWS's names: strings, numbers, booleans, bytes, dates, and lists and objects of them. */
export type Value = string | number | boolean | Uint8Array | Date | Value[] | { [member: string]: Value | undefined };
export type Structure = { [member: string]: Value | undefined };

type Rules<S> = Omit<S, 'kind'>;

export const text = (rules: Rules<StringShape> = {}): StringShape => ({ kind: 'string', ...rules });
export const integer = (rules: Rules<NumberShape> = {}): NumberShape => ({ kind: 'integer', ...rules });
export const long = (rules: Rules<NumberShape> = {}): NumberShape => ({ kind: 'long', ...rules });
export const flag: BooleanShape = { kind: 'boolean' };
export const blob = (rules: Rules<BlobShape> = {}): BlobShape => ({ kind: 'blob', ...rules });
export const timestamp: TimestampShape = { kind: 'timestamp' };
export const oneOf = (values: Readonly<Record<string, number>>): EnumShape => ({ kind: 'enum', values });
export const list = (item: Shape, rules: { min?: number; max?: number } = {}): ListShape => ({ kind: 'list', item, ...rules });
export const map = (value: Shape, rules: Pick<MapShape, 'max' | 'names'> = {}): MapShape => ({ kind: 'map', value, ...rules });
export const structure = (members: Members): StructureShape => ({ kind: 'structure', members });

export const refused = (...except: string[]): RefusedShape => ({ kind: 'refused', except });
export const within = (field: string, shape: ListShape): ListShape => ({ ...shape, within: field });

/** In a request it must be there. In an answer it is there even if it is empty. */
export const required = <S extends Shape>(shape: S): S => ({ ...shape, required: true });
/** Has another name in the gRPC message. */
export const named = <S extends Shape>(field: string, shape: S): S => ({ ...shape, field });

/**
 * `kmsKeyId` for `KmsKeyId`, `arn` for `ARN`, `awsAccountId` for `AWSAccountId`: the spelling in messages and in AWS's errors.
 */
export function lowerCamel(member: string): string {
  let name = lowerCamels.get(member);
  if (name === undefined) {
    const capitalised = member.replace(/[A-Z]{2,}(?=[A-Z][a-z]|$)/g, (run) => run[0]! + run.slice(1).toLowerCase());
    name = capitalised[0]!.toLowerCase() + capitalised.slice(1);
    lowerCamels.set(member, name);
  }
  return name;
}

/** The names of members are in the descriptions of operations, so they are not many. */
const lowerCamels = new Map<string, string>();
