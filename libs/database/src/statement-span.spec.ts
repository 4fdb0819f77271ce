import { describe as describeStatement } from './statement-span';

const shown = (sql: string) => {
  const { name, options } = describeStatement('secrets', sql);
  return [name, options.fields!['db.query.text']];
};

it.each([
  ['SELECT a FROM secret WHERE id IN (?, ?, ?)', 'SELECT secret', 'SELECT a FROM secret WHERE id IN (?, …)'],
  ['  INSERT INTO `version_label` (a)\n VALUES (?)', 'INSERT version_label', 'INSERT INTO `version_label` (a) VALUES (?)'],
  ['UPDATE secret SET a = ?', 'UPDATE secret', 'UPDATE secret SET a = ?'],
  ['COMMIT', 'COMMIT', 'COMMIT'],
  ['/*M! SET STATEMENT max_statement_time = 1 FOR */ SELECT /*+ X(1) */ b FROM t', 'SELECT t', 'SELECT b FROM t'],
])('names %s by its verb and table', (sql, name, text) => {
  expect(shown(sql)).toEqual([name, text]);
});

it.each([`'canary'`, `"canary"`, `'it''s canary'`, `'\\'canary'`, `0xcafe`, `x'cafe'`, `/* canary */ 1`])(
  'shows no literal, should there be one: %s',
  (literal) => {
    expect(shown(`SELECT ${literal} FROM secret`)[1]).not.toMatch(/canary|cafe/);
  },
);
