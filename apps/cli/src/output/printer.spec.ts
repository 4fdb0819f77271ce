import { TestTerminal, type TerminalOptions } from '../testing/cli-harness.testing';
import { Printer, type PrinterOptions } from './printer';

interface Row {
  name: string;
  description?: string;
  changed: Date;
}
const rows: Row[] = [
  { name: 'prod/db', description: 'the shop\nand \u001b[31mred', changed: new Date(0) },
  { name: 'prod/api-key', changed: new Date(1) },
];
const columns = { NAME: ({ name }: Row) => name, DESCRIPTION: ({ description }: Row) => description };

const print = (options: PrinterOptions, terminal: TerminalOptions, what: (printer: Printer) => void) => {
  const on = new TestTerminal(terminal);
  what(new Printer(on, options));
  return { out: on.out, err: on.err };
};
const table = (options: PrinterOptions = {}, terminal: TerminalOptions = {}) =>
  print(options, terminal, (printer) => printer.rows(rows, columns)).out;

it('prints a table on a terminal, and lines with tabs into a pipe', () => {
  expect(table({}, { tty: true })).toBe('NAME          DESCRIPTION\nprod/db       the shop and \ufffd[31mred\nprod/api-key\n');
  expect(table()).toBe('prod/db\tthe shop and \ufffd[31mred\nprod/api-key\t\n');
  expect(table({ output: 'table' })).toBe(table({}, { tty: true }));
});

it('prints data as it is', () => {
  expect(JSON.parse(table({ output: 'json' }))).toEqual([
    { name: 'prod/db', description: rows[0]!.description, changed: '1970-01-01T00:00:00.000Z' },
    { name: 'prod/api-key', changed: '1970-01-01T00:00:00.001Z' },
  ]);
  expect(table({ output: 'yaml' })).toContain('- name: prod/db\n');
});

it.each([
  ['[].name', 'prod/db\nprod/api-key\n'],
  ['[0].[name, changed]', 'prod/db\n1970-01-01T00:00:00.000Z\n'],
  ['[].{n: name}', 'prod/db\nprod/api-key\n'],
  ['length(@)', '2\n'],
  ['[5]', ''],
])('answers the query %s', (query, expected) => {
  expect(table({ query })).toBe(expected);
});

it('answers a query as JSON, and says what is no query', () => {
  expect(JSON.parse(table({ query: '[0].name', output: 'json' }))).toBe('prod/db');
  expect(() => table({ query: '[' })).toThrow('--query: not a JMESPath expression: ');
});

it('prints the fields of one thing, without those that have nothing', () => {
  const fields = (options: PrinterOptions) =>
    print(options, {}, (printer) => printer.fields({ a: 1 }, { First: 'one', Second: undefined, Third: '' })).out;
  expect(fields({})).toBe('First\tone\n');
  expect(fields({ output: 'table' })).toBe('First  one\n');
  expect(fields({ output: 'json' })).toBe('{\n  "a": 1\n}\n');
});

it('tells people what was done, and gives data to those who ask for data', () => {
  const done = (options: PrinterOptions) => print(options, {}, (printer) => printer.done('Done \u009b1m.', { id: 7 }));
  expect(done({})).toEqual({ out: '', err: 'Done \ufffd1m.\n' });
  expect(done({ query: 'id' })).toEqual({ out: '7\n', err: '' });
});

it('steers no terminal by a document of others, and changes nothing on its way into a pipe', () => {
  const text = 'a\u001b]0;b\u0007\nc';
  const printed = (tty: boolean) => print({}, { tty }, (printer) => printer.text(text)).out;
  expect(printed(true)).toBe('a\ufffd]0;b\ufffd\nc\n');
  expect(printed(false)).toBe(`${text}\n`);
});
