import type { Field, Member, Shape, StructureShape, StructureTree, Tree } from './shape';
import { bytesFor, integerFor, textFor } from './texts';
import type { TextSurroundings } from './text-surroundings';

export interface Generation extends TextSurroundings {
  /** No optional part is left out. */
  isFull: boolean;
}

/** A request that may be valid: it has the types of its contract, and names of existing things. */
export const generate = (shape: StructureShape, generation: Generation): StructureTree => ({
  kind: 'structure',
  fields: membersToFill(shape, generation).map((member): Field => ({
    member,
    tree: generateValue(member.shape, member.name, generation),
  })),
});

/** One of the members that exclude each other. */
function membersToFill({ members }: StructureShape, { dice, isFull }: Generation): Member[] {
  const chosen = new Map<string, Member>();
  for (const { oneOf } of members) {
    if (oneOf !== undefined && !chosen.has(oneOf)) chosen.set(oneOf, dice.pick(members.filter((other) => other.oneOf === oneOf)));
  }
  return members.filter((member) => {
    if (member.oneOf !== undefined && chosen.get(member.oneOf) !== member) return false;
    // Drawn for each, so that how many there are does not depend on what was drawn.
    const isThere = member.isRefused ? dice.once(12) : !dice.once(member.required ? 20 : 2);
    return isThere || (isFull && !member.isRefused);
  });
}

function generateValue(shape: Shape, name: string, generation: Generation): Tree {
  const { dice } = generation;
  switch (shape.kind) {
    case 'text':
      return { kind: 'text', value: textFor(name, generation) };
    case 'bytes':
      return { kind: 'bytes', value: bytesFor(name, generation) };
    case 'integer':
      return { kind: 'integer', value: integerFor(name, dice) };
    case 'flag':
      return { kind: 'flag', value: dice.once(2) };
    case 'choice': {
      const value = dice.pick(shape.values);
      return typeof value === 'bigint' ? { kind: 'integer', value } : { kind: 'text', value };
    }
    case 'time':
      return { kind: 'integer', value: 1_800_000_000n };
    case 'list':
      return {
        kind: 'list',
        items: Array.from({ length: dice.between(1, 3) }, () => generateValue(shape.item, name, generation)),
      };
    case 'map':
      return {
        kind: 'map',
        entries: Array.from({ length: dice.between(1, 2) }, (_, at) => [
          { kind: 'text', value: `key-${at}` },
          generateValue(shape.value, name, generation),
        ]),
      };
    case 'structure':
      return generate(shape, generation);
  }
}
