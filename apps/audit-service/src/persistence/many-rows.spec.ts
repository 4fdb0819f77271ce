import type { Statements } from '@strongroom/database';
import { inGroups, insertRows } from './many-rows';

/** Remembers how many rows each statement had, and their values. */
const recording = () => {
  const sizes: number[] = [];
  const values: unknown[] = [];
  const texts = new Set<string>();
  const statements = {
    execute: async (sql: string, parameters: readonly unknown[]) => {
      texts.add(sql);
      sizes.push(parameters.length / 2);
      expect(sql.split('?')).toHaveLength(parameters.length + 1);
      values.push(...parameters);
      return { affectedRows: 0, insertId: 0 };
    },
  } as unknown as Statements;
  return { sizes, values, texts, statements };
};

it.each([
  [0, []],
  [1, [1]],
  [7, [4, 2, 1]],
  [256, [256]],
  [600, [256, 256, 64, 16, 8]],
])('inserts %i rows by %j', async (count, expected) => {
  const { sizes, values, statements } = recording();
  const rows = Array.from({ length: count }, (_, i) => [i, `row ${i}`]);
  await insertRows(statements, 'INSERT INTO t (a, b)', rows);
  expect(sizes).toEqual(expected);
  expect(values).toEqual(rows.flat());
});

it('needs nine statements, however many rows there are', async () => {
  const { texts, statements } = recording();
  for (let count = 0; count < 600; count++) {
    const rows = Array.from({ length: count }, (_, i) => [i, i]);
    await insertRows(statements, 'INSERT INTO t (a, b)', rows);
  }
  expect(texts.size).toBe(9);
});

it('groups values, and repeats the last where a group would have an odd size', () => {
  expect([...inGroups([])]).toEqual([]);
  expect([...inGroups([1])]).toEqual([[1]]);
  expect([...inGroups([1, 2, 3])]).toEqual([[1, 2, 3, 3]]);
  const groups = [...inGroups(Array.from({ length: 300 }, (_, i) => i))];
  expect(groups.map((group) => group.length)).toEqual([256, 64]);
  expect(new Set(groups.flat()).size).toBe(300);
});
