/** The rule for a text. Lengths are in Unicode characters. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  /** As AWS prints it; it must match the whole text. */
  readonly pattern?: string;
}

/** The least and the most that a number may be. */
export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
}

export function inRange({ min = -Infinity, max = Infinity }: NumberRule, value: number): boolean {
  return value >= min && value <= max;
}

export function obeys(rule: TextRule, text: string): boolean {
  return inRange(rule, lengthOf(text, rule.max)) && (rule.pattern === undefined || matches(rule.pattern, text));
}

/**
 * The number of characters of a text. It is at most the number of UTF-16 units and at least half of it, so characters are counted
 * only near the limit; otherwise the units decide.
 */
export function lengthOf(text: string, max = Infinity): number {
  return text.length <= max || text.length > 2 * max ? text.length : [...text].length;
}

const compiled = new Map<string, RegExp>();

/**
 * Whether the pattern matches all of `text`. Patterns come from descriptions, never from requests: each is compiled once and
 * kept.
 */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = new RegExp(`^(?:${pattern})$`, 'u')));
  return expression.test(text);
}
