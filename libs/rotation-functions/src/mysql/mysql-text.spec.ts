import fc from 'fast-check';
import { literal } from '../shared/sql-literal';
import { identifier, listOf, tokensOf } from './mysql-text';

const hostile = fc.string({
  unit: fc.constantFrom('`', "'", '"', '\\', ' ', ',', '(', ')', '@', '%', 'a', 'TO', 'ON', '--', ';', '\n', 'é'),
  minLength: 1,
});

it('quotes a name so that it stays one name', () => {
  fc.assert(
    fc.property(hostile, hostile, (user, host) => {
      const tokens = tokensOf(`GRANT ${identifier(user)} TO ${identifier(host)} WITH`);
      expect(tokens.map(({ text }) => text)).toEqual(['GRANT', identifier(user), 'TO', identifier(host), 'WITH']);
      expect(tokens[1]!.text.slice(1, -1).replaceAll('``', '`')).toBe(user);
    }),
  );
});

it('quotes a text so that it stays one text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const tokens = tokensOf(`SET ${literal(text)} x`);
      expect(tokens.map((token) => token.text)).toEqual(['SET', literal(text), 'x']);
      expect(
        literal(text)
          .slice(1, -1)
          .replace(/\\\\|''/g, (pair) => pair[0]!),
      ).toBe(text);
    }),
  );
});

it('splits a list at the commas of its own level', () => {
  expect(listOf('SELECT (`a`, `b, c`), INSERT, REFERENCES (`d``,`)')).toEqual([
    'SELECT (`a`, `b, c`)',
    'INSERT',
    'REFERENCES (`d``,`)',
  ]);
  expect(listOf('')).toEqual([]);
});
