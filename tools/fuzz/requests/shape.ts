/**
 * What a request is made of: one form for the messages of gRPC and for the operations of the gateway, so that one generator makes
 * both.
 */
export type Shape =
  | { kind: 'text' }
  | { kind: 'bytes' }
  | { kind: 'integer' }
  | { kind: 'flag' }
  /** Of an enum: numbers in gRPC, texts in AWS's protocols. */
  | { kind: 'choice'; values: readonly (string | bigint)[] }
  | { kind: 'time' }
  | { kind: 'list'; item: Shape }
  | { kind: 'map'; value: Shape }
  | StructureShape;

export interface StructureShape {
  kind: 'structure';
  members: readonly Member[];
}

export interface Member {
  /** As the contract spells it: `secret_id`, or `SecretId`. */
  name: string;
  /** Of the field in its message; 0 in AWS's protocols, which know names alone. */
  number: number;
  shape: Shape;
  required: boolean;
  /** AWS has it and the gateway refuses it. It is rarely there, because nothing else of such a request is looked at. */
  isRefused?: boolean;
  /** Of the members that share one, a message has at most one. */
  oneOf?: string;
}

/** A request before it is encoded. Its faults are in the tree, so that every protocol can express them. */
export type Tree =
  /** Bytes where the text is no UTF-8. */
  | { kind: 'text'; value: string | Buffer }
  | { kind: 'bytes'; value: Buffer }
  /** A text is written as it is, where the protocol writes numbers as text: `NaN`, `1e400`. */
  | { kind: 'integer'; value: bigint | string }
  | { kind: 'flag'; value: boolean }
  | { kind: 'list'; items: Tree[] }
  | { kind: 'map'; entries: [key: Tree, value: Tree][] }
  | StructureTree
  /** Something inside of something, this many times. */
  | { kind: 'nest'; depth: number };

export interface StructureTree {
  kind: 'structure';
  fields: Field[];
}

export interface Field {
  member: Member;
  tree: Tree;
}

/** How one protocol writes a request. */
export type Encoder = (tree: StructureTree) => Buffer;
