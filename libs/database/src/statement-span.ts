import { inSpan, isTracing, type SpanOptions } from '@strongroom/tracing';

interface Statement {
  /** `SELECT secret_version`. */
  name: string;
  options: SpanOptions;
}

const MAX_KNOWN = 1_000;
/** By the text of the statement and the schema: what is prepared comes again and again. */
const known = new Map<string, Statement>();

/**
 * Runs a statement in a span that has its text. Parameters are question marks in it and stay out; should a text hold a literal all the same, its place shows a
 * question mark, too.
 */
export function inStatementSpan<T>(schema: string, sql: string, run: () => Promise<T>): Promise<T> {
  if (!isTracing()) return run();
  const { name, options } = describe(schema, sql);
  return inSpan(name, options, run);
}

export function describe(schema: string, sql: string): Statement {
  const key = `${schema} ${sql}`;
  let statement = known.get(key);
  if (statement === undefined) {
    if (known.size >= MAX_KNOWN) known.clear();
    const text = constantText(sql);
    const fields = { 'db.system.name': 'mariadb', 'db.namespace': schema, 'db.query.text': text };
    known.set(key, (statement = { name: nameOf(text), options: { kind: 'client', fields } }));
  }
  return statement;
}

/** Without literals, comments, and the repetition of `IN (?, ?, …)`. */
const constantText = (sql: string): string =>
  sql
    .replace(/\/\*.*?\*\//gs, ' ')
    .replace(/'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/gs, '?')
    .replace(/\b0x[0-9a-f]+\b|\bx\?/gi, '?')
    .replace(/\?(?:\s*,\s*\?)+/g, '?, …')
    .replace(/\s+/g, ' ')
    .trim();

/** The verb and the first table. */
function nameOf(text: string): string {
  const verb = /^[A-Za-z]+/.exec(text)?.[0].toUpperCase() ?? 'statement';
  const table = /\b(?:FROM|INTO|UPDATE|TABLE)\s+`?([A-Za-z_]{1,64})`?/i.exec(text)?.[1];
  return table === undefined ? verb : `${verb} ${table}`;
}
