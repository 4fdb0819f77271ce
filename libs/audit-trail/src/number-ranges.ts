/** Inclusive. */
export type NumberRange = readonly [first: number, last: number];

/** Whole numbers as ranges, in ascending order, with gaps between them. */
export type NumberRanges = readonly NumberRange[];

/** Beyond `maxRanges` the lowest ones merge into one, including what lies between them. */
export function addRange(ranges: NumberRanges, [first, last]: NumberRange, maxRanges: number): NumberRange[] {
  const before = ranges.filter((range) => range[1] < first - 1);
  const after = ranges.filter((range) => range[0] > last + 1);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const merged: NumberRange = [Math.min(first, touched[0]?.[0] ?? first), Math.max(last, touched.at(-1)?.[1] ?? last)];
  const all = [...before, merged, ...after];
  const excess = all.length - maxRanges;
  return excess > 0 ? [[all[0]![0], all[excess]![1]], ...all.slice(excess + 1)] : all;
}

export function subtractRange(ranges: NumberRanges, [first, last]: NumberRange): NumberRange[] {
  return ranges.flatMap((range): NumberRange[] => {
    const [from, to] = range;
    if (to < first || from > last) return [range];
    const below: NumberRange[] = from < first ? [[from, first - 1]] : [];
    const above: NumberRange[] = to > last ? [[last + 1, to]] : [];
    return [...below, ...above];
  });
}

export function intersectRange(ranges: NumberRanges, [first, last]: NumberRange): NumberRange[] {
  return ranges.flatMap(([from, to]): NumberRange[] =>
    to < first || from > last ? [] : [[Math.max(from, first), Math.min(to, last)]],
  );
}

/** `1-3,7`; an empty text for none. */
export function formatRanges(ranges: NumberRanges): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** Undefined for what `formatRanges` did not make. */
export function parseRanges(text: string): NumberRange[] | undefined {
  if (text === '') return [];
  const ranges: NumberRange[] = [];
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? [];
    if (!first) return undefined;
    ranges.push([Number(first), Number(last ?? first)]);
  }
  const isAscending = ranges.every(([first, last], i) => first <= last && (i === 0 || first > ranges[i - 1]![1] + 1));
  return isAscending && formatRanges(ranges) === text ? ranges : undefined;
}
