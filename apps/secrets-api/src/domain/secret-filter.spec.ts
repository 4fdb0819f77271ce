import { secretFilterKeys } from '@strongroom/field-rules';
import { parseFilters } from './secret-filter';

const one = (key: string, ...values: string[]) => parseFilters([{ key, values }])[0]!.anyOf;

it('reads each key of the contract', () => {
  expect(secretFilterKeys.map((key) => parseFilters([{ key, values: ['x'] }])[0]!.key)).toEqual([...secretFilterKeys]);
});

it('takes values as prefixes, negates by an exclamation mark, and looks for every word in all', () => {
  expect(one('name', 'prod/', '!prod/db')).toEqual([
    { negated: false, prefixes: ['prod/'] },
    { negated: true, prefixes: ['prod/db'] },
  ]);
  expect(one('name', 'two words')).toEqual([{ negated: false, prefixes: ['two words'] }]);
  expect(one('description', 'Two words, two')).toEqual([{ negated: false, prefixes: ['two', 'words'] }]);
  expect(one('all', '! two  words ')).toEqual([{ negated: true, prefixes: ['two', 'words'] }]);
});

const filter = { key: 'name', values: ['x'] };
const values = (count: number) => Array.from({ length: count }, () => 'x');
it.each([
  ['10 filters', Array.from({ length: 10 }, () => filter), Array.from({ length: 11 }, () => filter)],
  ['a known key', [filter], [{ key: 'colour', values: ['x'] }]],
  ['10 values', [{ key: 'name', values: values(10) }], [{ key: 'name', values: values(11) }]],
  ['1 value', [filter], [{ key: 'name', values: [] }]],
  [
    '100 words in all',
    Array.from({ length: 10 }, () => ({ key: 'description', values: values(10) })),
    [
      { key: 'name', values: ['x'] },
      { key: 'all', values: [Array.from({ length: 100 }, (_, n) => `w${n}`).join(' ')] },
    ],
  ],
  ['a value of 512', [{ key: 'name', values: ['x'.repeat(512)] }], [{ key: 'name', values: ['x'.repeat(513)] }]],
  ['something to look for', [{ key: 'all', values: ['x'] }], [{ key: 'all', values: ['! '] }]],
  ['something to negate', [{ key: 'name', values: ['!x'] }], [{ key: 'name', values: ['!'] }]],
])('takes %s, and refuses one past it', (_what, at, past) => {
  expect(() => parseFilters(at)).not.toThrow();
  expect(() => parseFilters(past)).toThrow(
    expect.objectContaining({ reason: 'InvalidParameterException', message: expect.stringContaining('Filters') }),
  );
});
