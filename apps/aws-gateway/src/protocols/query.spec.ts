import { flag, integer, list, oneOf, refused, structure, text } from '../model/shapes';
import { ParameterTree } from './parameter-tree';
import { readQuery } from './query';

const shape = structure({
  Name: text(),
  Size: integer(),
  Flag: flag,
  Order: oneOf({ asc: 1 }),
  Keys: list(text(), { max: 2 }),
  Tags: list(structure({ Key: text(), Value: text() })),
  Later: refused('/'),
});
const read = (parameters: Record<string, string>) => readQuery(shape, ParameterTree.of(Object.entries(parameters)));

it('reads members, lists and structures', () => {
  const parameters = {
    Name: '',
    Size: '7',
    Flag: 'true',
    Order: 'asc',
    'Keys.member.1': 'a',
    'Keys.member.2': 'b',
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': '',
    'Tags.member.2.Key': 'l',
    Action: 'X',
  };
  expect(read(parameters)).toEqual({
    Name: '',
    Size: 7,
    Flag: true,
    Order: 'asc',
    Keys: ['a', 'b'],
    Tags: [{ Key: 'k', Value: '' }, { Key: 'l' }],
  });
});

it('takes items in their order, up to the first that is not there', () => {
  expect(read({ 'Keys.member.2': 'b' })).toEqual({ Keys: [] });
  expect(read({ 'Keys.member.1': 'a', 'Keys.member.3': 'c' })).toEqual({ Keys: ['a'] });
});

it.each([
  [{ Size: 'x' }, "The value at 'size' must be an Integer"],
  [{ Size: '99999999999' }, "The value at 'size' must be an Integer"],
  [{ Flag: 'yes' }, "The value at 'flag' must be true or false"],
  [{ ['x'.repeat(257)]: '' }, 'The name of a parameter must have at most 256 characters.'],
  [{ [`Keys${'.member.1'.repeat(5)}`]: '' }, 'The name of a parameter must have at most 10 parts.'],
])('says what is wrong', (parameters, message) => {
  expect(() => read(parameters as Record<string, string>)).toThrow(message);
});

it('marks what is not supported, unless it asks for nothing', () => {
  expect(read({ Later: '/x/' })).toEqual({ Later: true });
  expect(read({ 'Later.member.1': 'x' })).toEqual({ Later: true });
  expect(read({ Later: '/' })).toEqual({});
});

it('looks a bounded number of times at each parameter, however many there are', () => {
  const looks = jest.spyOn(ParameterTree.prototype, 'under');
  const parameters = Array.from({ length: 30_000 }, (_, index) => [`Tags.member.${index + 1}.Key`, 'k'] as const);
  expect(readQuery(shape, ParameterTree.of(parameters)).Tags).toHaveLength(30_000);
  expect(looks.mock.calls.length).toBeLessThan(100_000);
  looks.mockRestore();
});

it('knows no parameter that is there twice', () => {
  const twice = [['Name', 'a'] as const, ['Name', 'b'] as const];
  expect(() => ParameterTree.of(twice)).toThrow('A parameter must not be repeated.');
});
