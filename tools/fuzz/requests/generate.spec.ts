import { fromBinary, toJson } from '@bufbuild/protobuf';
import { worldForTests } from '../world/world.testing';
import { allOperations, encodeJson, encodeQuery } from './aws';
import { Dice } from './dice';
import { generate } from './generate';
import { treeMutations, type TreeMutation } from './mutate';
import { allMethods, encodeProtobuf, shapeOfMessage } from './protobuf';
import type { Member, StructureShape } from './shape';
import { isKnownField } from './texts';
import type { Naming } from './text-surroundings';

const naming: Naming = (thing, dice) => dice.pick(worldForTests.own[thing]);
const full = (shape: StructureShape, seed = 'x') =>
  generate(shape, { dice: new Dice(seed), naming, canary: 'a canary', isFull: true });

const textMembers = ({ members }: StructureShape): Member[] =>
  members.flatMap((member) => {
    let { shape } = member;
    while (shape.kind === 'list' || shape.kind === 'map') shape = shape.kind === 'list' ? shape.item : shape.value;
    return shape.kind === 'structure' ? textMembers(shape) : shape.kind === 'text' ? [member] : [];
  });

it.each(allMethods().map((method) => ({ path: `${method.parent.typeName}/${method.name}`, method })))(
  '$path: what is valid is a message of its type, with all fields',
  ({ method }) => {
    const shape = shapeOfMessage(method.input);
    const tree = full(shape);
    const message = fromBinary(method.input, encodeProtobuf(tree));
    expect(message.$unknown).toBeUndefined();
    expect(() => toJson(method.input, message)).not.toThrow();
    const oneOfs = new Set(shape.members.flatMap(({ oneOf }) => oneOf ?? []));
    expect(tree.fields.length).toBe(shape.members.filter(({ oneOf }) => oneOf === undefined).length + oneOfs.size);
  },
);

it.each(allOperations())('$service.signingName $name: what is valid is JSON, or parameters', ({ service, name, shape }) => {
  const tree = full(shape);
  expect(Object.keys(JSON.parse(encodeJson(tree).toString()) as object).sort()).toEqual(
    tree.fields.map(({ member }) => member.name).sort(),
  );
  const parameters = new URLSearchParams(encodeQuery(name, service.selector, tree).toString());
  expect(parameters.get('Action')).toBe(name);
  for (const { member } of tree.fields) {
    expect([...parameters.keys()].some((key) => key === member.name || key.startsWith(`${member.name}.`))).toBe(true);
  }
});

it('knows what each text in the contracts means, so that requests get as far as they can', () => {
  const shapes = [...allMethods().map(({ input }) => shapeOfMessage(input)), ...allOperations().map(({ shape }) => shape)];
  const unknown = new Set(
    shapes
      .flatMap(textMembers)
      .map(({ name }) => name)
      .filter((name) => !isKnownField(name)),
  );
  // Of what only AWS has, and of answers of the local view.
  expect([...unknown].sort()).toEqual([]);
});

describe.each(Object.entries(treeMutations) as [string, TreeMutation][])('%s', (_name, mutate) => {
  it('leaves no request as it was', () => {
    for (const { input } of allMethods()) {
      const shape = shapeOfMessage(input);
      const isChanged = ['a', 'b', 'c', 'd'].some((seed) => {
        const tree = full(shape);
        const before = encodeProtobuf(tree);
        mutate(tree, new Dice(seed), worldForTests.otherAccountId);
        return !encodeProtobuf(tree).equals(before);
      });
      expect([input.name, isChanged]).toEqual([input.name, true]);
    }
  });
});
