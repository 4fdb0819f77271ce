import { createScanner, type Node, parseTree } from 'jsonc-parser';

/** Why a text is not what it should be; a sentence that shows nothing of the text. */
export class BadText extends Error {}

/**
 * A JSON document, in which every number and text can be had as it was written: JavaScript's own numbers would change the long
 * ones.
 *
 * @throws BadText if it is not JSON, too deep, or has the same key twice in one object
 */
export const parseJson = (text: string): Node => {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new BadText(`It is not JSON${placeOf(error as Error, text)}.`);
  }
  let root: Node | undefined;
  try {
    root = parseTree(text, [], { disallowComments: true });
    requireUniqueKeys(root!);
  } catch (error) {
    if (error instanceof RangeError) throw new BadText('It is nested too deeply.');
    throw error;
  }
  return root!;
};

/** V8 names the place and, beside it, some of the text, which is not repeated. */
const placeOf = (error: Error, text: string): string => {
  const at = /at position (\d+)/.exec(error.message)?.[1];
  return at === undefined ? '' : `: line ${text.slice(0, Number(at)).split('\n').length} has a fault`;
};

const requireUniqueKeys = (node: Node): void => {
  if (node.type === 'object') {
    const keys = new Set<string>();
    for (const { key } of membersOf(node)) {
      if (keys.has(key)) throw new BadText(`It has the key "${key.slice(0, 80)}" twice in one object.`);
      keys.add(key);
    }
  }
  for (const child of node.children ?? []) requireUniqueKeys(child);
};

export interface Member {
  key: string;
  value: Node;
}

/** The members of an object, in their order. Keys are only ever data: `__proto__` is a key like any other. */
export const membersOf = ({ children = [] }: Node): Member[] =>
  children.map(({ children: pair }) => ({ key: pair![0]!.value as string, value: pair![1]! }));

/** The member of this name; undefined if there is none. */
export const memberOf = (node: Node | undefined, key: string): Node | undefined =>
  node?.type === 'object' ? membersOf(node).find((member) => member.key === key)?.value : undefined;

/** A part of a document as compact JSON, with numbers and texts as they were written. */
export const compact = (text: string, { offset, length }: Node): string => {
  const scanner = createScanner(text.slice(offset, offset + length), true);
  let out = '';
  // The end of the text is a token, too: that of no length.
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    out += text.slice(offset + scanner.getTokenOffset(), offset + scanner.getTokenOffset() + scanner.getTokenLength());
  }
  return out;
};

/** What a member becomes as a secret's value: a text is itself, anything else is JSON; undefined for null. */
export const valueTextOf = (text: string, node: Node): string | undefined => {
  if (node.type === 'null') return undefined;
  return node.type === 'string' ? (node.value as string) : compact(text, node);
};
