import {
  ActionMatcher,
  CONDITION_KEYS,
  OPERATORS,
  POLICY_ELEMENTS,
  type PolicyKind,
  statementElements,
} from '@strongroom/policy';
import { policyEditorTexts as texts } from '../../texts/policy-editor';
import type { Spot } from './policy-tree';

/** Something that fits where a person types. */
export interface Choice {
  text: string;
  /** What it means, in a few words. */
  detail?: string;
  /** More likely than others: from -99 to 99. */
  boost?: number;
  kind: 'element' | 'action' | 'condition' | 'value' | 'arn';
}

/** Finds ARNs by a part of a name. */
export type ArnSearch = (typed: string, wanted: 'resource' | 'principal' | 'provider') => Promise<readonly Choice[]>;

export interface Surroundings {
  kind: PolicyKind;
  /** Every action that there is. */
  actions: readonly string[];
  searchArns: ArnSearch;
  /** The elements of the statement around, as far as they are lists of texts. */
  statement?: Record<string, unknown>;
}

const KEYS = Object.values(CONDITION_KEYS).flat();
const OPERATOR_NAMES = [...OPERATORS.keys(), 'Null'];
const PAIRS = ['Principal', 'Action', 'Resource'];

/** What fits at a spot of a policy. */
export function choicesAt(spot: Spot, around: Surroundings): readonly Choice[] | Promise<readonly Choice[]> {
  const [outer, element, ...inner] = spot.path;
  if (outer === undefined) return spot.role === 'name' ? unused(POLICY_ELEMENTS, spot.siblings) : [];
  if (outer === 'Version') return [{ text: '2012-10-17', detail: texts.version, kind: 'value' }];
  if (outer !== 'Statement') return [];
  if (element === undefined) return spot.role === 'name' ? elementsOf(around.kind, spot.siblings) : [];
  switch (element) {
    case 'Effect':
      return ['Allow', 'Deny'].map((text) => ({ text, kind: 'value' }));
    case 'Action':
    case 'NotAction':
      return actionsFor(spot, around);
    case 'Resource':
    case 'NotResource':
      return withAll(around.searchArns(spot.text, 'resource'), texts.anyResource);
    case 'Principal':
    case 'NotPrincipal':
      return principalsFor(spot, inner, around);
    case 'Condition':
      return conditionsFor(spot, inner, around);
    default:
      return [];
  }
}

const unused = (names: Iterable<string>, used: readonly string[]): Choice[] =>
  [...names].filter((text) => !used.includes(text)).map((text) => ({ text, detail: texts.elements[text], kind: 'element' }));

/** A statement has one of `Action` and `NotAction`, and so on. */
function elementsOf(kind: PolicyKind, used: readonly string[]): Choice[] {
  const taken = PAIRS.filter((name) => used.includes(name) || used.includes(`Not${name}`));
  return unused(statementElements(kind), [...used, ...taken, ...taken.map((name) => `Not${name}`)]).map((choice) => ({
    ...choice,
    boost: choice.text.startsWith('Not') ? -10 : 0,
  }));
}

function actionsFor({ text, siblings }: Spot, { kind, actions }: Surroundings): Choice[] {
  const offered = kind === 'trust' ? actions.filter((action) => action.startsWith('sts:')) : actions;
  const services = [...new Set(offered.map((action) => action.split(':', 1)[0]!))];
  const wildcards = [...services.map((service) => `${service}:*`), ...verbsOf(offered, text)];
  const ofWildcards = wildcards.map((pattern): Choice => {
    const count = matching([pattern], offered).length;
    return { text: pattern, detail: texts.matches(count), kind: 'action', boost: -1 };
  });
  return [...offered.map((action): Choice => ({ text: action, kind: 'action' })), ...ofWildcards].filter(
    (choice) => !siblings.includes(choice.text),
  );
}

/** `secretsmanager:Get*`, where a service was typed and several actions begin so. */
function verbsOf(actions: readonly string[], typed: string): string[] {
  const service = typed.split(':', 1)[0]!;
  const verbs = actions
    .filter((action) => action.startsWith(`${service}:`))
    .flatMap((action) => /^[a-z0-9-]+:[A-Z][a-z]+/.exec(action)?.[0] ?? []);
  return [...new Set(verbs)].filter((verb) => verbs.filter((one) => one === verb).length > 1).map((verb) => `${verb}*`);
}

/** The actions that patterns such as `kms:*` stand for. */
export function matching(patterns: readonly string[], actions: readonly string[], { negated = false } = {}): string[] {
  const matcher = new ActionMatcher(patterns, negated);
  return actions.filter((action) => matcher.matches(action.toLowerCase()));
}

async function withAll(choices: Promise<readonly Choice[]>, detail: string): Promise<readonly Choice[]> {
  return [{ text: '*', detail, kind: 'arn', boost: -2 }, ...(await choices)];
}

function principalsFor(spot: Spot, [type]: string[], { searchArns }: Surroundings) {
  if (type === undefined) {
    if (spot.role === 'value') return [{ text: '*', detail: texts.anybody, kind: 'value' } as const];
    return unused(['AWS', 'Service', 'Federated'], spot.siblings);
  }
  if (type === 'AWS') return withAll(searchArns(spot.text, 'principal'), texts.anybody);
  if (type === 'Federated') return searchArns(spot.text, 'provider');
  return [];
}

function conditionsFor(spot: Spot, [operator, key]: string[], { statement, actions }: Surroundings): Choice[] {
  if (operator === undefined) return spot.role === 'name' ? operatorsFor(spot) : [];
  if (key === undefined) return spot.role === 'name' ? keysFor(spot, statement, actions) : [];
  return /^(Bool(IfExists)?|Null)$/.test(operator) ? ['true', 'false'].map((text) => ({ text, kind: 'value' })) : [];
}

/** With quantifiers and `IfExists` where these are typed. */
function operatorsFor({ text, siblings }: Spot): Choice[] {
  const quantifier = /^For(AllValues|AnyValue):/.exec(text)?.[0] ?? '';
  const names = OPERATOR_NAMES.flatMap((name) => {
    const plain = `${quantifier}${name}`;
    return text.length > 3 && name !== 'Null' && `${plain}IfExists`.startsWith(text) ? [plain, `${plain}IfExists`] : [plain];
  });
  const quantifiers = quantifier ? [] : ['ForAllValues:StringEquals', 'ForAnyValue:StringEquals'];
  return [...names, ...quantifiers]
    .filter((name) => !siblings.includes(name))
    .map((name) => ({ text: name, detail: texts.operators[name], kind: 'condition', boost: name.startsWith('For') ? -5 : 0 }));
}

/** Those come first that a call has which the statement is about. */
function keysFor({ siblings }: Spot, statement: Surroundings['statement'], actions: readonly string[]): Choice[] {
  const patterns = statement?.['Action'];
  const covered = Array.isArray(patterns) ? matching(patterns as string[], actions) : [];
  return KEYS.filter(({ name }) => !siblings.includes(name)).map(({ name, value, calls }) => {
    const fits = calls.actions?.some((action) => covered.includes(action));
    return { text: name, detail: value.replaceAll('`', ''), kind: 'condition', boost: fits ? 5 : calls.actions ? -5 : 0 };
  });
}
