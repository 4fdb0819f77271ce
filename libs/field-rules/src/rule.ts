/** What a text may be. Lengths are in Unicode characters. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  /** As AWS prints it; matched against the whole text. */
  readonly pattern?: string;
}

/** The least and the most that a number may be. */
export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
}

export const inRange = ({ min = -Infinity, max = Infinity }: NumberRule, value: number): boolean => value >= min && value <= max;

export const obeys = (rule: TextRule, text: string): boolean =>
  inRange(rule, lengthOf(text, rule.max)) && (rule.pattern === undefined || matches(rule.pattern, text));

/**
 * Characters of a text. It has no more of them than UTF-16 units and at least half as many, so that they need counting only
 * near the limit: anywhere else the units stand for them.
 */
export const lengthOf = (text: string, max = Infinity): number =>
  text.length <= max || text.length > 2 * max ? text.length : [...text].length;

const compiled = new Map<string, RegExp>();

/** Whether all of `text` is of the pattern. Patterns are those of descriptions, never of requests: each is compiled once and kept. */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = new RegExp(`^(?:${pattern})$`, 'u')));
  return expression.test(text);
}
