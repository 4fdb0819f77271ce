import { jsonLanguage } from '@codemirror/lang-json';

type Tree = ReturnType<typeof jsonLanguage.parser.parse>;
type Node = Tree['topNode'];

/** Where somebody types in a policy. */
export interface Spot {
  /** The names of the elements around, from the outermost: `['Statement', 'Condition', 'StringEquals']`. Lists have none. */
  path: string[];
  role: 'name' | 'value';
  /** The text that is there, without its quotes. */
  from: number;
  to: number;
  text: string;
  /** The text has its quotes already. */
  isQuoted: boolean;
  /** The names that the object has already in which a name is typed; of a value, the values of its list. */
  siblings: string[];
}

const VALUES = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

export const parsePolicy = (text: string): Tree => jsonLanguage.parser.parse(text);

/** What stands at a position of a text, which need not be whole. */
export function spotAt(text: string, position: number, tree = parsePolicy(text)): Spot | undefined {
  let node: Node | null = tree.resolveInner(position, -1);
  // Behind the closing quote one is out of the string.
  if (isString(node) && position >= node.to && isClosed(text, node)) node = node.parent;
  if (!node) return undefined;
  if (isString(node)) {
    const role = node.name === 'PropertyName' ? 'name' : 'value';
    const holder = role === 'name' ? node.parent?.parent : node.parent;
    const to = isClosed(text, node) ? node.to - 1 : node.to;
    const from = node.from + 1;
    return {
      ...{ path: pathOf(text, node), role, from, to, text: text.slice(from, position), isQuoted: true },
      siblings: siblingsOf(text, holder, node),
    };
  }
  while (node && !['Object', 'Array', 'Property', 'JsonText'].includes(node.name)) node = node.parent;
  if (!node || node.name === 'JsonText') return undefined;
  const role = node.name === 'Object' ? 'name' : 'value';
  const typed = /[A-Za-z0-9:*]*$/.exec(text.slice(0, position))![0];
  const path = node.name === 'Property' ? [...pathOf(text, node), nameOf(text, node)] : pathOf(text, node);
  const from = position - typed.length;
  return { path, role, from, to: position, text: typed, isQuoted: false, siblings: siblingsOf(text, node) };
}

/** The object that has this position, as the innermost that is a statement. */
export function statementAt(text: string, position: number, tree = parsePolicy(text)): Record<string, unknown> | undefined {
  for (let node: Node | null = tree.resolveInner(position, -1); node; node = node.parent) {
    if (node.name === 'Object' && pathOf(text, node).join() === 'Statement') return looseObject(text, node);
  }
  return undefined;
}

/** The text of a place as validators name it: `Statement[2].Condition.StringEquals`, or `line 3, column 5`. */
export function rangeOf(text: string, place: string, tree = parsePolicy(text)): { from: number; to: number } {
  const whole = { from: 0, to: text.length };
  const position = /^line (\d+), column (\d+)$/.exec(place);
  if (position) {
    const lines = text.split('\n').slice(0, Number(position[1]) - 1);
    const from = Math.min(lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(position[2]) - 1, text.length);
    return { from, to: Math.min(from + 1, text.length) };
  }
  let node: Node | null = tree.topNode.firstChild;
  let named: Node | null = null;
  let rest = place;
  while (node && rest) {
    const index = /^\[(\d+)\]\.?/.exec(rest);
    if (index) {
      node = valuesIn(node)[Number(index[1])] ?? null;
      named = null;
      rest = rest.slice(index[0].length);
      continue;
    }
    // Names may have dots and brackets themselves: the longest that is there counts.
    const candidates = propertiesOf(node).filter((one) => startsWithName(rest, nameOf(text, one)));
    const property = candidates.sort((a, b) => nameOf(text, b).length - nameOf(text, a).length)[0];
    if (!property) break;
    named = property.firstChild;
    node = valuesIn(property)[0] ?? null;
    rest = rest.slice(nameOf(text, property).length).replace(/^\./, '');
  }
  const { from, to } = named ?? node ?? whole;
  return { from, to };
}

const isString = (node: Node): boolean => node.name === 'String' || node.name === 'PropertyName';
const isClosed = (text: string, node: Node): boolean => node.to - node.from > 1 && text[node.to - 1] === '"';
const startsWithName = (rest: string, name: string): boolean =>
  rest.startsWith(name) && /^($|\.|\[)/.test(rest.slice(name.length));

function unquoted(text: string, node: Node): string {
  const quoted = text.slice(node.from, node.to);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.replace(/^"|"$/g, '');
  }
}

const childrenOf = (node: Node): Node[] => {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
};
const propertiesOf = (node: Node): Node[] => childrenOf(node).filter(({ name }) => name === 'Property');
const valuesIn = (node: Node): Node[] => childrenOf(node).filter(({ name }) => VALUES.has(name));
const nameOf = (text: string, property: Node): string =>
  property.firstChild?.name === 'PropertyName' ? unquoted(text, property.firstChild) : '';

/** The names of the properties around a node, without its own if it is a name. */
function pathOf(text: string, node: Node): string[] {
  const path: string[] = [];
  const own = node.name === 'PropertyName' || node.name === 'Property' ? (node.name === 'Property' ? node : node.parent) : null;
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (outer.name === 'Property' && !same(outer, own)) path.unshift(nameOf(text, outer));
  }
  return path;
}
const same = (a: Node, b: Node | null): boolean => b !== null && a.from === b.from && a.to === b.to && a.name === b.name;

function siblingsOf(text: string, holder: Node | null | undefined, but?: Node): string[] {
  if (!holder) return [];
  const nodes = holder.name === 'Object' ? propertiesOf(holder).flatMap((one) => one.firstChild ?? []) : valuesIn(holder);
  return nodes.filter((one) => isString(one) && !(but && same(one, but))).map((one) => unquoted(text, one));
}

/** An object as far as its properties are whole. */
function looseObject(text: string, node: Node): Record<string, unknown> {
  const entries = propertiesOf(node).flatMap((property) => {
    const value = valuesIn(property)[0];
    if (!value) return [];
    const texts = value.name === 'Array' ? valuesIn(value) : [value];
    return [[nameOf(text, property), texts.filter(isString).map((one) => unquoted(text, one))] as const];
  });
  return Object.fromEntries(entries);
}
