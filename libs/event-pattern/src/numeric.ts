import type { JsonValue } from '@strongroom/policy';
import { PatternFault } from './pattern-fault';

/** As in EventBridge, numbers of ranges are between minus and plus this. */
const MOST = 5e9;

const BOUNDS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
};

/** `["=", 5]`, `[">", 0]`, `["<=", 5]`, or a lower and then an upper bound: `[">", 0, "<=", 5]`. @throws PatternFault */
export function numericTest(place: string, terms: JsonValue): (value: number) => boolean {
  const fault = (rule: string) => PatternFault.at(place, rule);
  if (!Array.isArray(terms) || terms.length === 0) throw fault('must have an array of operators and numbers as "numeric".');
  const [operator, bound, second, limit] = terms;
  const number = (term: JsonValue | undefined, after: JsonValue | undefined): number => {
    if (typeof term !== 'number') throw fault(`must have a number after "${String(after)}" in "numeric".`);
    if (Math.abs(term) > MOST) throw fault('must have numbers between -5.0e9 and 5.0e9 in "numeric".');
    return term;
  };
  if (operator === '=') {
    const exact = number(bound, operator);
    if (terms.length > 2) throw fault('must have nothing after the number of "=" in "numeric".');
    return (value) => value === exact;
  }
  const holds = typeof operator === 'string' ? BOUNDS[operator] : undefined;
  if (holds === undefined) throw fault('must have =, <, <=, > or >= as the operator of "numeric".');
  const first = number(bound, operator);
  if (terms.length === 2) return (value) => holds(value, first);
  if (!String(operator).startsWith('>') || terms.length > 4) {
    throw fault('must have one bound, or a lower and then an upper one, in "numeric".');
  }
  if (second !== '<' && second !== '<=') throw fault('must have < or <= as the second operator of "numeric".');
  const last = number(limit, second);
  if (first >= last) throw fault('must have a lower bound below the upper one in "numeric".');
  const ends = BOUNDS[second]!;
  return (value) => holds(value, first) && ends(value, last);
}
