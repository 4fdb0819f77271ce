/** What is one value and has no fields of its own. */
type Leaf = string | number | boolean | undefined | null | Date;

/**
 * A contract's request as the page writes it: fields that it leaves out are unset, and numbers may be used where the contract has
 * 64 bits. A choice of the contract is `{ $case: 'secretString', value: '…' }`, and an enum one of the contract's numbers.
 */
export type Input<T> = T extends bigint
  ? bigint | number
  : T extends Leaf
    ? T
    : T extends Uint8Array
      ? Uint8Array
      : T extends readonly (infer Item)[]
        ? readonly Input<Item>[]
        : T extends { $case: infer Case; value: infer Value }
          ? { $case: Case; value: Input<Value> }
          : { [Field in keyof T]?: Input<T[Field]> };

/** A contract's answer as the page reads it: bytes are those of browsers. */
export type Output<T> = T extends Leaf | bigint
  ? T
  : T extends Uint8Array
    ? Uint8Array
    : T extends readonly (infer Item)[]
      ? Output<Item>[]
      : { [Field in keyof T]: Output<T[Field]> };
