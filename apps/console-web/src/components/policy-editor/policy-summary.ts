import { matching } from './policy-choices';

/** What a statement says, in parts that the page sets. */
export interface StatementSummary {
  effect: 'Allow' | 'Deny';
  sid?: string;
  /** Whom it concerns; of policies that name principals. */
  who?: { names: string[]; isExcept: boolean };
  what: { patterns: string[]; isExcept: boolean; actions: string[] };
  /** Of policies that name resources. */
  on?: { names: string[]; isExcept: boolean };
  when: { operator: string; key: string; values: string[] }[];
}

type Loose = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

/** What a policy says, as far as it can be read; undefined for what is no JSON. */
export function summaryOf(text: string, actions: readonly string[]): StatementSummary[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(document)) return undefined;
  const statements = Array.isArray(document['Statement']) ? (document['Statement'] as unknown[]) : [document['Statement']];
  return statements.filter(isObject).flatMap((statement) => {
    const { Effect: effect, Sid: sid } = statement;
    if (effect !== 'Allow' && effect !== 'Deny') return [];
    const patterns = either(statement, 'Action', textsOf);
    if (!patterns) return [];
    const { names, isExcept } = patterns;
    return [
      {
        effect,
        ...(typeof sid === 'string' && sid !== '' && { sid }),
        who: either(statement, 'Principal', principalsOf),
        what: { patterns: names, isExcept, actions: matching(names, actions, { negated: isExcept }) },
        on: either(statement, 'Resource', textsOf),
        when: conditionsOf(statement['Condition']),
      },
    ];
  });
}

function either(statement: Loose, name: string, read: (value: unknown) => string[]) {
  if (statement[name] !== undefined) return { names: read(statement[name]), isExcept: false };
  const except = statement[`Not${name}`];
  return except === undefined ? undefined : { names: read(except), isExcept: true };
}

const principalsOf = (value: unknown): string[] => (isObject(value) ? Object.values(value).flatMap(textsOf) : textsOf(value));

const conditionsOf = (value: unknown) =>
  Object.entries(isObject(value) ? value : {}).flatMap(([operator, block]) =>
    Object.entries(isObject(block) ? block : {}).map(([key, values]) => ({ operator, key, values: textsOf(values) })),
  );
