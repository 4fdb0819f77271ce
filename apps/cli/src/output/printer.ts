import Table from 'cli-table3';
import jmespath from 'jmespath';
import { stringify } from 'yaml';
import { usageError } from '../cli-error';
import type { Terminal } from '../terminal/terminal';
import type { OutputFormat } from './output-format';
import { plain } from './plain';

/** How people read rows: the columns in order, each with what stands in a row's cell. */
export type Columns<Row> = Record<string, (row: Row) => string | number | undefined>;

export interface PrinterOptions {
  /** Default: a table on a terminal, text into a pipe. */
  output?: OutputFormat;
  /** A JMESPath expression, which picks from what `--output json` prints. */
  query?: string;
}

/** Writes answers to standard output, and everything else to standard error. */
export class Printer {
  readonly format: OutputFormat;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: PrinterOptions,
  ) {
    this.format = options.output ?? (terminal.stdout.isTTY && options.query === undefined ? 'table' : 'text');
  }

  /** One thing: its fields, one below the other. */
  one(value: object, fields?: Columns<undefined>): void {
    if (this.structured(value)) return;
    const rows = fields
      ? Object.entries(fields).map(([name, cell]) => [name, cell(undefined)] as const)
      : Object.entries(plain(value) as object).map(([name, field]) => [name, cellOf(field)] as const);
    this.lines(rows.filter(([, cell]) => cell !== undefined && cell !== '').map(([name, cell]) => [name, String(cell)]));
  }

  /** The same with names that people read; `value` is what JSON, YAML and queries see. */
  fields(value: object, fields: Readonly<Record<string, string | number | undefined>>): void {
    this.one(value, Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, () => field])));
  }

  /** Many things of one kind. `whole` is what JSON, YAML and queries see; default: the rows. */
  rows<Row>(rows: readonly Row[], columns: Columns<Row>, whole: unknown = rows): void {
    if (this.structured(whole)) return;
    const cells = rows.map((row) => Object.values(columns).map((cell) => String(cell(row) ?? '')));
    if (this.format === 'table') this.lines(cells, Object.keys(columns));
    else this.lines(cells);
  }

  /** What was done: a sentence on standard error for people, data for those who ask for data. */
  done(sentence: string, data: object): void {
    if (!this.structured(data)) this.note(sentence);
  }

  /** Whether the options ask for data rather than for something to look at. */
  get isStructured(): boolean {
    return this.options.query !== undefined || this.format === 'json' || this.format === 'yaml';
  }

  /** Exactly these bytes, and nothing else. */
  raw(bytes: Uint8Array | string): void {
    this.terminal.stdout.write(bytes);
  }

  line(text: string): void {
    this.terminal.stdout.write(`${printable(text)}\n`);
  }

  /** A document: as it is into a pipe, without what steers a terminal on one. */
  text(document: string): void {
    if (this.terminal.stdout.isTTY) this.line(document);
    else this.raw(`${document}\n`);
  }

  /** What is not part of the answer: progress, warnings, what was done. */
  note(text: string): void {
    this.terminal.stderr.write(`${printable(text)}\n`);
  }

  /** Prints data if the options ask for it. @returns whether they do */
  private structured(value: unknown): boolean {
    const { query } = this.options;
    if (!this.isStructured) return false;
    const data = query === undefined ? plain(value) : search(plain(value), query);
    if (this.format === 'json') this.raw(`${JSON.stringify(data, null, 2)}\n`);
    else if (this.format === 'yaml') this.raw(stringify(data));
    else this.lines(textOf(data));
    return true;
  }

  private lines(rows: readonly (readonly string[])[], head?: readonly string[]): void {
    if (this.format !== 'table') {
      for (const row of rows) this.raw(`${row.map(oneLine).join('\t')}\n`);
      return;
    }
    if (rows.length === 0) return;
    const table = new Table({
      head: [...(head ?? [])],
      chars: noFrame,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...rows.map((row) => row.map(oneLine)));
    const lines = table.toString().split('\n');
    this.raw(lines.map((line) => `${line.trimEnd()}\n`).join(''));
  }
}

/** Columns stand apart by spaces alone, so that lines can be copied. */
const noFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
    [side, ''],
    [`${side}-mid`, ''],
    [`${side}-left`, ''],
    [`${side}-right`, ''],
  ]),
);
noFrame['middle'] = '  ';
noFrame['mid-mid'] = '';

const search = (data: unknown, query: string): unknown => {
  try {
    return jmespath.search(data, query) as unknown;
  } catch (error) {
    throw usageError(`--query: not a JMESPath expression: ${(error as Error).message}`);
  }
};

const cellOf = (field: unknown): string => {
  if (field === undefined || field === null) return '';
  return typeof field === 'string' ? field : JSON.stringify(field);
};

const textOf = (data: unknown): string[][] => {
  if (data === undefined || data === null) return [];
  if (Array.isArray(data)) {
    const isFlat = data.every((item) => item === null || typeof item !== 'object');
    return isFlat ? data.map((item) => [cellOf(item)]) : data.flatMap(textOf);
  }
  return typeof data === 'object' ? [Object.values(data).map(cellOf)] : [[cellOf(data)]];
};

// What others wrote into names and descriptions must not steer the reader's terminal.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const printable = (text: string) => text.replace(CONTROLS, '\ufffd');
const oneLine = (text: string) => printable(text).replace(/[\t\n]/g, ' ');
