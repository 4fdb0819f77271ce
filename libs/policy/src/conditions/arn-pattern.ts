import type { ContextLookup } from '../model';
import { type Match, Pattern, PatternSyntaxError } from '../pattern';

const PARTS = 6;

/** An ARN to compare with. Each of its six parts is compared separately, so that a `*` cannot extend from one into the next. */
export class ArnPattern {
  private readonly parts: readonly Pattern[];

  /** `*` alone is any ARN; a variable may stand for a whole ARN. @throws PatternSyntaxError */
  constructor(text: string, variables: boolean) {
    const texts = text === '*' ? ['arn', '*', '*', '*', '*', '*'] : splitArn(text, variables);
    this.parts = texts.map((part) => new Pattern(part, { wildcards: true, variables }));
    const isWhole = this.parts.length === 1 && this.parts[0]!.hasVariables;
    if (!isWhole && (this.parts.length < PARTS || this.parts[0]!.exact !== 'arn')) {
      throw new PatternSyntaxError('must be an ARN: arn:partition:service:region:account:resource');
    }
  }

  /** The account part, if it is fixed: neither wildcards nor variables. */
  get account(): string | undefined {
    return this.parts[4]?.exact;
  }

  matches(text: string, context: ContextLookup): Match {
    if (this.parts.length === 1) return this.parts[0]!.matches(text, context);
    let from = 0;
    let result: Match = true;
    for (let i = 0; i < PARTS; i++) {
      const to = i === PARTS - 1 ? text.length : text.indexOf(':', from);
      if (to < 0) return false;
      const match = this.parts[i]!.matches(text, context, from, to);
      if (match === false) return false;
      if (match === undefined) result = undefined;
      from = to + 1;
    }
    return result;
  }
}

/** Splits at the first five colons outside `${…}`. */
export function splitArn(text: string, variables: boolean): string[] {
  const parts: string[] = [];
  let start = 0;
  let inVariable = false;
  for (let i = 0; i < text.length && parts.length < PARTS - 1; i++) {
    if (variables && text.startsWith('${', i)) inVariable = true;
    else if (text[i] === '}') inVariable = false;
    else if (text[i] === ':' && !inVariable) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
