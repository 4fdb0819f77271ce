import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Bound, grpcBounds, httpBounds, requestBounds } from './index';

const PAGE = 'docs/SECURITY.md';
const tables: Record<string, Readonly<Record<string, Bound>>> = {
  'the gRPC servers': grpcBounds,
  'aws-gateway': httpBounds,
  'what a request holds': requestBounds,
};

const number = (value: number): string => value.toLocaleString('en-US');
const amount = ({ value, unit }: Bound): string => {
  if (unit === 'bytes') return value >= 1 << 20 ? `${value / (1 << 20)} MiB` : `${number(value)} bytes`;
  if (unit === 'milliseconds') return value >= 1_000 ? `${value / 1_000} s` : `${value} ms`;
  return unit === 'per second' ? `${number(value)} a second` : number(value);
};
const rows = (bounds: Readonly<Record<string, Bound>>): string[][] => [
  ['bound', 'at most', 'because', 'shown by'],
  ...Object.entries(bounds).map(([name, bound]) => [
    `\`${name}\`: ${bound.of}`,
    amount(bound),
    bound.why,
    `\`${bound.test.slice(bound.test.lastIndexOf('/') + 1)}\``,
  ]),
];
const begin = (title: string): string => `<!-- bounds of ${title} -->`;
const END = '<!-- end of bounds -->';

const written = (title: string): string[][] => {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(begin(title));
  const table = page.slice(from + begin(title).length, page.indexOf(END, from)).trim();
  return table
    .split('\n')
    .filter((line) => !/^\|[-| ]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

describe.each(Object.entries(tables))('the bounds of %s', (title, bounds) => {
  it(`stand in ${PAGE} as they are`, () => {
    // `STRONGROOM_WRITE_BOUNDS=1` writes the tables; prettier makes them pretty.
    if (process.env['STRONGROOM_WRITE_BOUNDS'] === '1') {
      const [head, ...body] = rows(bounds).map((cells) => `| ${cells.join(' | ')} |`);
      const page = readFileSync(PAGE, 'utf8');
      const from = page.indexOf(begin(title));
      const table = [begin(title), '', head, '| --- | --- | --- | --- |', ...body, '', ''].join('\n');
      writeFileSync(PAGE, page.slice(0, from) + table + page.slice(page.indexOf(END, from)));
    }
    expect(written(title)).toEqual(rows(bounds));
  });

  it('are positive, with a test that is there', () => {
    for (const { value, test } of Object.values(bounds)) {
      expect(value).toBeGreaterThan(0);
      expect([test, existsSync(test)]).toEqual([test, true]);
    }
  });
});
