import { FairCache } from '@strongroom/fairness';
import { inSpan, isTracing, type SpanOptions } from '@strongroom/tracing';

interface Statement {
  /** `SELECT secret_version`. */
  name: string;
  options: SpanOptions;
}

/** By schema and the text of the statement: what is prepared comes again and again. */
const known = new FairCache<Statement>({ capacity: 1_000 });

/**
 * Runs a statement in a span that has its text. Parameters are question marks in it, so their values stay out. If a text holds a
 * literal all the same, its place shows a question mark, too.
 */
export function inStatementSpan<T>(schema: string, sql: string, run: () => Promise<T>): Promise<T> {
  if (!isTracing()) return run();
  const { name, options } = describe(schema, sql);
  return inSpan(name, options, run);
}

export function describe(schema: string, sql: string): Statement {
  let statement = known.get(schema, sql);
  if (statement === undefined) {
    const text = constantText(sql);
    const fields = { 'db.system.name': 'mariadb', 'db.namespace': schema, 'db.query.text': text };
    known.set(schema, sql, (statement = { name: nameOf(text), options: { kind: 'client', fields } }));
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
