/** Writing Protocol Buffers by hand: right, or wrong in a way that no library would write. */

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export const tag = (number: number, type: number): Buffer => varint((BigInt(number) << 3n) | BigInt(type));

export const lengthDelimited = (number: number, content: Buffer): Buffer =>
  Buffer.concat([tag(number, BYTES), varint(BigInt(content.length)), content]);
