import { type Node, parseTree } from 'jsonc-parser';
import { objectOf } from './fields';

export type KeyChange = 'added' | 'removed' | 'changed' | 'same';

export interface KeyDifference {
  /** The path to the key, `a.b` for one inside of another; '' for a value that is no JSON object. */
  key: string;
  change: KeyChange;
}

/** What differs between two texts, by key where both are JSON objects; never what they are. */
export const diffTexts = (before: string, after: string): KeyDifference[] => {
  if (objectOf(before) === undefined || objectOf(after) === undefined) {
    return [{ key: '', change: before === after ? 'same' : 'changed' }];
  }
  return diffObjects(readPart(before), readPart(after), []);
};

/** A part of a value: an object by its keys, and everything else as one text, the same for the same data. */
type Part = Map<string, Part> | string;

const readPart = (text: string): Map<string, Part> => partOf(parseTree(text)!, text) as Map<string, Part>;

/** Numbers stay as they stand there: two long ones may be parsed to the same. */
const partOf = (node: Node, text: string): Part => {
  const children = node.children ?? [];
  if (node.type === 'object') {
    return new Map(children.map(({ children: pair }) => [pair![0]!.value as string, partOf(pair![1]!, text)]));
  }
  if (node.type === 'array') return `[${children.map((item) => canonical(partOf(item, text))).join()}]`;
  if (node.type === 'string') return JSON.stringify(node.value);
  return text.slice(node.offset, node.offset + node.length);
};

/** The same text for the same data, whatever the order of keys. */
const canonical = (part: Part): string =>
  typeof part === 'string'
    ? part
    : `{${[...part]
        .map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`)
        .sort()
        .join()}}`;

const diffObjects = (
  before: ReadonlyMap<string, Part>,
  after: ReadonlyMap<string, Part>,
  path: readonly string[],
): KeyDifference[] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const inside = [...path, name];
    const key = inside.join('.');
    const [old, present] = [before.get(name), after.get(name)];
    if (old === undefined) return [{ key, change: 'added' as const }];
    if (present === undefined) return [{ key, change: 'removed' as const }];
    if (typeof old !== 'string' && typeof present !== 'string') return diffObjects(old, present, inside);
    return [{ key, change: canonical(old) === canonical(present) ? ('same' as const) : ('changed' as const) }];
  });
