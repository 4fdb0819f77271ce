import type { ByteRange } from '@strongroom/envelope';

/** A condition that holds for wrapped data keys in one of the ranges, and its parameters. An index answers it. */
export function inRanges(ranges: readonly ByteRange[]): { condition: string; parameters: Buffer[] } {
  return {
    condition: ranges.map(() => '(wrapped_data_key >= ? AND wrapped_data_key < ?)').join(' OR '),
    parameters: ranges.flatMap(({ from, to }) => [from, to]),
  };
}

/** What is left of the ranges behind these bytes. */
export function behind(ranges: readonly ByteRange[], bytes: Buffer): ByteRange[] {
  const next = Buffer.concat([bytes, Buffer.alloc(1)]);
  return ranges
    .filter(({ to }) => Buffer.compare(next, to) < 0)
    .map(({ from, to }) => ({ from: Buffer.compare(next, from) < 0 ? from : next, to }));
}
