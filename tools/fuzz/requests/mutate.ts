import type { Dice } from './dice';
import { boundaryIntegers, hostileText, lookAlike, notUtf8 } from './hostile';
import type { StructureTree, Tree } from './shape';

/** A place in a request that can hold something else. */
interface Place {
  tree: Tree;
  put(other: Tree): void;
}

/** Every value of a request that contains no other value, including keys of maps. */
function leavesOf(tree: Tree, put: (other: Tree) => void = () => undefined): Place[] {
  switch (tree.kind) {
    case 'list':
      return tree.items.flatMap((item, at) => leavesOf(item, (other) => (tree.items[at] = other)));
    case 'map':
      return tree.entries.flatMap((entry) => [
        ...leavesOf(entry[0], (other) => (entry[0] = other)),
        ...leavesOf(entry[1], (other) => (entry[1] = other)),
      ]);
    case 'structure':
      return tree.fields.flatMap((field) => leavesOf(field.tree, (other) => (field.tree = other)));
    default:
      return [{ tree, put }];
  }
}

function structuresOf(tree: Tree): StructureTree[] {
  switch (tree.kind) {
    case 'list':
      return tree.items.flatMap(structuresOf);
    case 'map':
      return tree.entries.flatMap(([, value]) => structuresOf(value));
    case 'structure':
      return [tree, ...tree.fields.flatMap((field) => structuresOf(field.tree))];
    default:
      return [];
  }
}

const textOf = ({ value }: { value: string | Buffer }): string => value.toString();

/** Replaces the value at one place, seldom at all of them; without a place, adds something. */
function replace(
  request: StructureTree,
  dice: Dice,
  isMeant: (tree: Tree) => boolean,
  make: (tree: Tree) => Tree,
  mayBeAll = true,
): void {
  const places = leavesOf(request).filter(({ tree }) => isMeant(tree));
  if (places.length === 0) return addUnknown(request, make({ kind: 'text', value: 'x' }));
  for (const place of mayBeAll && dice.once(5) ? places : [dice.pick(places)]) place.put(make(place.tree));
}

/** Uses a field that the contract does not have. */
function addUnknown(request: StructureTree, tree: Tree): void {
  const member = { name: '__proto__', number: 15_999, shape: { kind: 'text' as const }, required: false };
  request.fields.push({ member, tree });
}

const isText = ({ kind }: Tree): boolean => kind === 'text';
const isInteger = ({ kind }: Tree): boolean => kind === 'integer';
const isAnything = (): boolean => true;

/** Bytes of what is too long, and items of what is too many; the largest are past what any server takes at once. */
const LENGTHS = [300, 2_100, 5_000, 66_000, 200_000, 1_100_000];
const HUGE = 4_300_000;
const COUNTS = [21, 51, 101, 1_000, 10_000];

function oversize(request: StructureTree, dice: Dice): void {
  const lists = structuresOf(request).flatMap(({ fields }) =>
    fields.filter(({ tree }) => tree.kind === 'list' || tree.kind === 'map'),
  );
  if (lists.length > 0 && dice.once(2)) {
    const { tree } = dice.pick(lists);
    const count = dice.pick(COUNTS);
    if (tree.kind === 'list') tree.items = Array.from({ length: count }, (_, at) => tree.items[at % tree.items.length]!);
    if (tree.kind === 'map') {
      const [[, value]] = tree.entries as [[Tree, Tree]];
      tree.entries = Array.from({ length: count }, (_, at) => [{ kind: 'text', value: `key-${at}` }, value]);
    }
    return;
  }
  const length = dice.once(25) ? HUGE : dice.pick(LENGTHS);
  const filling = dice.pick(['x', 'a ', 'ä', '*', '"', '\0', '/']);
  replace(
    request,
    dice,
    ({ kind }) => kind === 'text' || kind === 'bytes',
    (tree) => {
      if (tree.kind === 'bytes') return { kind: 'bytes', value: Buffer.alloc(length, 7) };
      const right = tree.kind === 'text' ? textOf(tree) : '';
      return { kind: 'text', value: right + filling.repeat(Math.ceil(length / Buffer.byteLength(filling))) };
    },
    false,
  );
}

function duplicate(request: StructureTree, dice: Dice): void {
  const within = dice.pick(structuresOf(request));
  if (within.fields.length === 0) return addUnknown(request, { kind: 'text', value: 'x' });
  const field = dice.pick(within.fields);
  const times = dice.pick([1, 1, 2, 50]);
  for (let time = 0; time < times; time++) {
    const copy = { member: field.member, tree: structuredClone(field.tree) };
    const places = leavesOf(copy.tree, (other) => (copy.tree = other)).filter(({ tree }) => isText(tree));
    // The same twice, or what contradicts it.
    if (places.length > 0 && dice.once(2)) dice.pick(places).put({ kind: 'text', value: `other-${time}` });
    within.fields.splice(dice.below(within.fields.length + 1), 0, copy);
  }
}

/** A type other than the contract's. */
function confuse(request: StructureTree, dice: Dice): void {
  const others: Tree[] = [
    { kind: 'text', value: 'x' },
    { kind: 'integer', value: 7n },
    { kind: 'flag', value: true },
    { kind: 'list', items: [{ kind: 'text', value: 'x' }] },
    {
      kind: 'map',
      entries: [
        [
          { kind: 'text', value: 'x' },
          { kind: 'text', value: 'y' },
        ],
      ],
    },
    { kind: 'integer', value: 'null' },
    { kind: 'bytes', value: dice.bytes(9) },
  ];
  replace(request, dice, isAnything, () => dice.pick(others));
}

export type TreeMutation = (request: StructureTree, dice: Dice, otherAccountId: string) => void;

/** The faults of a request that is still in the form of its protocol. */
export const treeMutations = {
  oversized: oversize,
  duplicated: duplicate,
  confused: confuse,
  nested: (request, dice) =>
    replace(request, dice, isAnything, () => ({ kind: 'nest', depth: dice.pick([50, 101, 1_000, 20_000]) })),
  'not UTF-8': (request, dice) =>
    replace(request, dice, isText, (tree) => ({ kind: 'text', value: notUtf8(dice, tree.kind === 'text' ? textOf(tree) : 'x') })),
  hostile: (request, dice) =>
    replace(request, dice, isText, (tree) => ({
      kind: 'text',
      value: hostileText(dice, tree.kind === 'text' ? textOf(tree) : ''),
    })),
  boundary: (request, dice) => replace(request, dice, isInteger, () => ({ kind: 'integer', value: dice.pick(boundaryIntegers) })),
  'look-alike': (request, dice, otherAccountId) =>
    replace(request, dice, isText, (tree) => ({
      kind: 'text',
      value: lookAlike(dice, tree.kind === 'text' ? textOf(tree) : '', otherAccountId),
    })),
} satisfies Record<string, TreeMutation>;

/** The faults of the bytes themselves. */
export const byteMutations = {
  truncated: (bytes: Buffer, dice: Dice): Buffer => bytes.subarray(0, dice.below(Math.max(1, bytes.length))),
  mutated(bytes: Buffer, dice: Dice): Buffer {
    let mutated = Buffer.from(bytes);
    for (let change = dice.between(1, 4); change > 0; change--) {
      const at = dice.below(mutated.length + 1);
      const what = dice.below(4);
      if (what === 0 || mutated.length === 0)
        mutated = Buffer.concat([mutated.subarray(0, at), dice.bytes(dice.between(1, 8)), mutated.subarray(at)]);
      else if (what === 1) mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + dice.between(1, 8))]);
      else if (what === 2) mutated = Buffer.concat([mutated, mutated.subarray(at)]);
      else if (at < mutated.length) mutated[at] = mutated[at]! ^ (1 << dice.below(8));
    }
    return mutated;
  },
};
