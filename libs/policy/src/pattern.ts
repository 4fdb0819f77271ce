import { ANY_ONE, ANY_RUN, compileGlob, type Glob, type GlobToken, matchesGlob } from './glob';
import type { ContextLookup } from './model';
import { unambiguous } from './unambiguous';
import { spend } from './work';

/** Whether something matches; `undefined` if it is unknown, because a variable does not have exactly one value in the request. */
export type Match = boolean | undefined;

interface Variable {
  /** In lower case. */
  key: string;
  fallback?: string;
}

export interface PatternSyntax {
  /** `*` and `?` are wildcards. */
  wildcards: boolean;
  /** `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` are replaced. */
  variables: boolean;
  ignoreCase?: boolean;
}

export class PatternSyntaxError extends Error {}

/**
 * A text to compare with, compiled once. The engine's own comparison handles equality and prefixes, the glob matcher everything
 * else.
 */
export class Pattern {
  /** The whole text, if it has neither wildcards nor variables. */
  readonly exact?: string;
  /** The text before a `*` that is its only wildcard and its end. */
  private readonly prefix?: string;
  private readonly glob?: Glob;
  private readonly parts: readonly (GlobToken | Variable)[];
  private readonly ignoreCase: boolean;
  readonly hasVariables: boolean;

  /** @throws PatternSyntaxError that says what is wrong with a `${` */
  constructor(text: string, syntax: PatternSyntax) {
    this.ignoreCase = syntax.ignoreCase === true;
    this.parts = parse(this.ignoreCase ? text.toLowerCase() : text, syntax);
    this.hasVariables = this.parts.some((part) => typeof part === 'object');
    if (this.hasVariables) return;
    const tokens = this.parts as readonly GlobToken[];
    const firstWildcard = tokens.findIndex((token) => token < 0);
    if (firstWildcard < 0) this.exact = textOf(tokens);
    else if (firstWildcard === tokens.length - 1 && tokens[firstWildcard] === ANY_RUN) this.prefix = textOf(tokens.slice(0, -1));
    else this.glob = compileGlob(tokens);
  }

  get hasWildcards(): boolean {
    return this.parts.some((part) => typeof part === 'number' && part < 0);
  }

  /** Compares the text between two offsets; a pattern that ignores case expects the text in lower case. */
  matches(text: string, context: ContextLookup, from = 0, to = text.length): Match {
    if (this.exact !== undefined) return to - from === this.exact.length && text.startsWith(this.exact, from);
    if (this.prefix !== undefined) return to - from >= this.prefix.length && text.startsWith(this.prefix, from);
    const glob = this.glob ?? this.resolve(context);
    return glob && matchesGlob(glob, text, from, to);
  }

  /** Inserts the request's values as literal text: a `*` in a tag's value is no wildcard. */
  private resolve(context: ContextLookup): Glob | undefined {
    const tokens: GlobToken[] = [];
    for (const part of this.parts) {
      if (typeof part === 'number') {
        tokens.push(part);
        continue;
      }
      const found = unambiguous(context(part.key));
      const isAbsent = found === undefined || (typeof found !== 'string' && found.length === 0);
      const value = isAbsent ? part.fallback : found;
      if (typeof value !== 'string') return undefined;
      pushText(tokens, this.ignoreCase ? value.toLowerCase() : value);
    }
    // Every step of the compilation checks each of these.
    spend(3 * tokens.length);
    return compileGlob(tokens);
  }
}

const ESCAPES = new Set(['*', '?', '$']);
const VARIABLE = /^([^\s,'{}]+(?: [^\s,'{}]+)*)\s*(?:,\s*'([^']*)')?$/;

function parse(text: string, { wildcards, variables }: PatternSyntax): (GlobToken | Variable)[] {
  const parts: (GlobToken | Variable)[] = [];
  for (let at = 0; at < text.length; at++) {
    const symbol = text[at]!;
    if (variables && symbol === '$' && text[at + 1] === '{') {
      const end = text.indexOf('}', at);
      if (end < 0) throw new PatternSyntaxError('has a ${ without its }');
      parts.push(parseVariable(text.slice(at + 2, end)));
      at = end;
    } else if (wildcards && symbol === '*') {
      // `**` means the same as `*`.
      if (parts.at(-1) !== ANY_RUN) parts.push(ANY_RUN);
    } else if (wildcards && symbol === '?') {
      parts.push(ANY_ONE);
    } else {
      parts.push(text.charCodeAt(at));
    }
  }
  return parts;
}

function parseVariable(inside: string): GlobToken | Variable {
  if (ESCAPES.has(inside)) return inside.charCodeAt(0);
  const found = VARIABLE.exec(inside.trim());
  if (!found || !found[1]!.includes(':')) {
    throw new PatternSyntaxError("has a variable that is not one of ${key}, ${key, 'default'}, ${*}, ${?} and ${$}");
  }
  return { key: found[1]!.toLowerCase(), ...(found[2] === undefined ? {} : { fallback: found[2] }) };
}

function pushText(tokens: GlobToken[], text: string): void {
  for (let i = 0; i < text.length; i++) tokens.push(text.charCodeAt(i));
}

function textOf(tokens: readonly GlobToken[]): string {
  let text = '';
  for (const token of tokens) text += String.fromCharCode(token);
  return text;
}
