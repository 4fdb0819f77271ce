import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  agentBounds,
  type Bound,
  consoleBounds,
  grpcBounds,
  httpBounds,
  notificationBounds,
  requestBounds,
  signInBounds,
  usageBounds,
} from '@strongroom/bounds';
import { eventsOf, fullNameOf, type Method, operationOf, servedBy, type Service, services } from '@strongroom/methods';

/**
 * A table of a page, between `<!-- title -->` and `<!-- end -->`. Each rule of the code is a row, so neither says what the other
 * does not.
 */
interface PageTable {
  page: string;
  title: string;
  /** 1: the test writes the table; the formatter makes it pretty. */
  writtenWith: string;
  rows: string[][];
}

const number = (value: number): string => value.toLocaleString('en-US');
const amount = ({ value, unit }: Bound): string => {
  if (unit === 'bytes') return value >= 1 << 20 ? `${value / (1 << 20)} MiB` : `${number(value)} bytes`;
  if (unit === 'milliseconds') return value >= 1_000 ? `${value / 1_000} s` : `${value} ms`;
  return unit === 'per second' ? `${number(value)} a second` : number(value);
};
const boundsTable = (of: string, bounds: Readonly<Record<string, Bound>>): PageTable => ({
  page: 'SECURITY.md',
  title: `bounds of ${of}`,
  writtenWith: 'STRONGROOM_WRITE_BOUNDS',
  rows: [
    ['bound', 'at most', 'because', 'shown by'],
    ...Object.entries(bounds).map(([name, bound]) => [
      `\`${name}\`: ${bound.of}`,
      amount(bound),
      bound.why,
      `\`${operationOf(bound.test)}\``,
    ]),
  ],
});

const callersOf = ({ callers, services: named = [], onBehalf = [], maxStreams }: Method): string => {
  const own = { authenticated: ['callers'], anyone: ['anyone'], none: [] }[callers];
  return [
    [...own, ...named].join(', '),
    ...(onBehalf.length > 0 ? [`${onBehalf.join(', ')} for them`] : []),
    ...(maxStreams === undefined ? [] : [`at most ${maxStreams} streams of one`]),
  ].join('; ');
};
const repeatsOf = ({ idempotent }: Method): string => {
  if (typeof idempotent === 'function') return 'with its token';
  return idempotent ? 'yes' : 'no';
};
const methodsTable = (service: Service): PageTable => {
  const { contract, methods } = service;
  const eventOf = eventsOf([service]);
  return {
    page: 'methods.md',
    title: `methods of ${fullNameOf(service)}`,
    writtenWith: 'STRONGROOM_WRITE_METHODS',
    rows: [
      ['method', 'who may call', 'changes something', 'event', 'may be repeated'],
      ...Object.entries(methods).map(([name, method]) => {
        const { path } = contract[name]!;
        const { source, name: eventName, audited } = eventOf(path);
        return [
          operationOf(path),
          callersOf(method),
          method.readOnly ? 'no' : 'yes',
          audited ? `${eventName} of ${source.split('.')[0]!}` : '–',
          repeatsOf(method),
        ];
      }),
    ],
  };
};

const allBounds = Object.entries<Readonly<Record<string, Bound>>>({
  'the gRPC servers': grpcBounds,
  'aws-gateway': httpBounds,
  'the console': consoleBounds,
  'the agent': agentBounds,
  'notification-service': notificationBounds,
  'usage-service': usageBounds,
  'what a request holds': requestBounds,
  'guessing passwords and codes': signInBounds,
});
const tables = [...allBounds.map(([of, bounds]) => boundsTable(of, bounds)), ...services.map(methodsTable)];

const END = '<!-- end -->';

/** Where the table begins and ends in the text of its page. */
const placeOf = (text: string, title: string): { from: number; to: number } => {
  const begin = `<!-- ${title} -->`;
  const at = text.indexOf(begin);
  if (at < 0) throw new Error(`the page has no place for a table: ${begin}`);
  return { from: at + begin.length, to: text.indexOf(END, at) };
};
const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

it.each(tables)('docs/$page has the $title as they are', ({ page, title, writtenWith, rows }) => {
  const file = resolve(__dirname, '../docs', page);
  if (process.env[writtenWith] === '1') {
    const [head, ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`);
    const text = readFileSync(file, 'utf8');
    const { from, to } = placeOf(text, title);
    const table = ['', '', head, `|${' --- |'.repeat(rows[0]!.length)}`, ...body, '', ''].join('\n');
    writeFileSync(file, text.slice(0, from) + table + text.slice(to));
  }
  const text = readFileSync(file, 'utf8');
  const { from, to } = placeOf(text, title);
  const written = text.slice(from, to).trim().split('\n');
  expect(written.filter((line) => !/^\|[-| ]+$/.test(line)).map(cellsOf)).toEqual(rows);
});

it.each(allBounds)('the bounds of %s are positive, with a test that is there', (_of, bounds) => {
  for (const { value, test } of Object.values(bounds)) {
    expect(value).toBeGreaterThan(0);
    expect([test, existsSync(test)]).toEqual([test, true]);
  }
});

it('docs/methods.md says who serves what, and has no table of another service', () => {
  const text = readFileSync(resolve(__dirname, '../docs/methods.md'), 'utf8');
  const said = text.matchAll(/^## (\w+)\n\nServed by (.+)\.\n\n<!-- methods of (.+) -->$/gm);
  const programs = Object.entries<readonly Service[]>(servedBy);
  expect([...said].map((match) => match.slice(1))).toEqual(
    services.map((service) => {
      const [program = 'rotation functions of others'] = programs.find(([, its]) => its.includes(service)) ?? [];
      return [fullNameOf(service).split('.').at(-1), program, fullNameOf(service)];
    }),
  );
  expect(text.match(/<!-- methods of /g)).toHaveLength(services.length);
});
