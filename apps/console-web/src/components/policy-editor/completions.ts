import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { type Choice, choicesAt, type Surroundings } from './policy-choices';
import { parsePolicy, type Spot, spotAt, statementAt } from './policy-tree';

const TYPES: Record<Choice['kind'], string> = {
  element: 'property',
  action: 'function',
  condition: 'variable',
  value: 'constant',
  arn: 'text',
};

/** What is written where the text has no quotes yet: a name brings its colon. */
const written = ({ text }: Choice, { role, isQuoted }: Spot): string =>
  isQuoted ? text : role === 'name' ? `${JSON.stringify(text)}: ` : JSON.stringify(text);

/** Completes policies: elements, actions, condition keys and operators, ARNs. */
export function policyCompletions(around: () => Omit<Surroundings, 'statement'>): CompletionSource {
  return async ({ state, pos, explicit }: CompletionContext): Promise<CompletionResult | null> => {
    const text = state.doc.toString();
    const tree = parsePolicy(text);
    const spot = spotAt(text, pos, tree);
    if (!spot || (!explicit && !spot.isQuoted && spot.text === '')) return null;
    const choices = await choicesAt(spot, { ...around(), statement: statementAt(text, pos, tree) });
    if (choices.length === 0) return null;
    const options = choices.map((choice): Completion => ({
      label: choice.text,
      detail: choice.detail,
      boost: choice.boost,
      type: TYPES[choice.kind],
      apply: written(choice, spot),
    }));
    // ARNs are searched anew for each letter; the other lists are whole.
    const isSearched = choices.some(({ kind }) => kind === 'arn');
    return { from: spot.from, to: spot.to, options, ...(isSearched ? { filter: false } : { validFor: /^[^"]*$/ }) };
  };
}
