import type { JsonValue } from '@strongroom/policy';
import { PatternFault } from './pattern-fault';

/** As in EventBridge, numbers of ranges are between minus and plus this. */
const MOST = 5e9;

const BOUNDS: ReadonlyMap<JsonValue | undefined, (value: number, bound: number) => boolean> = new Map([
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
]);

/** `["=", 5]`, `[">", 0]`, `["<=", 5]`, or a lower and then an upper bound: `[">", 0, "<=", 5]`. @throws PatternFault */
export function numericTest(place: string, terms: JsonValue): (value: number) => boolean {
  const fault = (rule: string) => PatternFault.at(place, rule);
  if (!Array.isArray(terms) || terms.length === 0) throw fault('must have an array of operators and numbers as "numeric".');
  const [operator, bound, second, limit] = terms;
  const number = (term: JsonValue | undefined, after: string): number => {
    if (typeof term !== 'number') throw fault(`must have a number after "${after}" in "numeric".`);
    if (Math.abs(term) > MOST) throw fault('must have numbers between -5.0e9 and 5.0e9 in "numeric".');
    return term;
  };
  if (operator === '=') {
    const exact = number(bound, operator);
    if (terms.length > 2) throw fault('must have nothing after the number of "=" in "numeric".');
    return (value) => value === exact;
  }
  const holds = BOUNDS.get(operator);
  if (holds === undefined || typeof operator !== 'string')
    throw fault('must have =, <, <=, > or >= as the operator of "numeric".');
  const first = number(bound, operator);
  if (terms.length === 2) return (value) => holds(value, first);
  if (!operator.startsWith('>') || terms.length > 4) {
    throw fault('must have one bound, or a lower and then an upper one, in "numeric".');
  }
  if (second !== '<' && second !== '<=') throw fault('must have < or <= as the second operator of "numeric".');
  const last = number(limit, second);
  if (first >= last) throw fault('must have a lower bound below the upper one in "numeric".');
  const ends = BOUNDS.get(second)!;
  return (value) => holds(value, first) && ends(value, last);
}
