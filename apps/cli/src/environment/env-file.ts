import { SCHEME, Template, TemplateError } from '@strongroom/templates';
import { requireVariableName } from './variable-name';

/** A line of an environment file: a variable, and its text with places for values. */
export interface EnvFileVariable {
  name: string;
  template: Template;
  /** File and line, for errors. */
  origin: string;
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([^=\s]+)[ \t]*=[ \t]*/;
/** In double quotes; a backslash before anything else is a backslash. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$', '`': '`' };

/**
 * Reads lines `NAME=text`, in which `{{ strongroom://prod/db#password }}` stands for a value; a text that is nothing but a
 * reference needs no braces. Quotes, `export`, comments and empty lines are as in .env files, but a `#` begins a comment only at
 * the beginning of a line or after a space, because references have one.
 *
 * @throws TemplateError that names the line and the rule
 */
export const parseEnvFile = (text: string, file: string): EnvFileVariable[] => {
  const variables: EnvFileVariable[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const origin = `${file}:${at + 1}`;
    if (/^\s*(#|$)/.test(lines[at]!)) continue;
    const assignment = ASSIGNMENT.exec(lines[at]!);
    if (!assignment) throw new TemplateError(`${origin}: a line must be NAME=text, empty, or begin with #`);
    const name = named(assignment[1]!, origin);
    const { value, lastLine } = readValue(lines, at, assignment[0].length, origin);
    at = lastLine;
    const source = value.startsWith(SCHEME) ? `{{${value}}}` : value;
    variables.push({ name, template: Template.parse(source, `${origin}: ${name}`), origin });
  }
  return variables;
};

const named = (name: string, origin: string): string => {
  try {
    return requireVariableName(name);
  } catch (error) {
    throw new TemplateError(`${origin}: ${(error as Error).message}`);
  }
};

const readValue = (lines: string[], line: number, column: number, origin: string): { value: string; lastLine: number } => {
  const rest = lines[line]!.slice(column);
  const quote = /^["']/.exec(rest)?.[0];
  if (quote === undefined) return { value: rest.replace(/(^|\s)#.*$/, '').trim(), lastLine: line };
  // A quoted text may go over lines.
  const whole = [rest.slice(1), ...lines.slice(line + 1)].join('\n');
  const closed = (quote === '"' ? /((?:[^"\\]|\\[^])*)"[ \t]*(#.*)?$/my : /([^']*)'[ \t]*(#.*)?$/my).exec(whole);
  if (!closed) throw new TemplateError(`${origin}: what follows the ${quote} must be closed by another, and end the line`);
  const inner = closed[1]!;
  return {
    value: quote === '"' ? inner.replace(/\\([^])/g, (escape, character: string) => ESCAPES[character] ?? escape) : inner,
    lastLine: line + inner.split('\n').length - 1,
  };
};
