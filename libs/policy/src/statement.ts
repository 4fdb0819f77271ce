import { type ActionMatcher, compileActions } from './action-matcher';
import { compileConditions, type Condition } from './conditions/condition';
import { readStrings } from './elements';
import type { AuthorizationRequest, Decision, PolicyKind } from './model';
import { compilePrincipals, type PrincipalMatcher } from './principal-matcher';
import type { Report } from './report';
import { compileResources, type ResourceMatcher } from './resource-matcher';
import { child, isObject, type JsonObject, type JsonValue } from './strict-json';

/** One statement, as matchers. */
export interface CompiledStatement {
  /** Where it stands in the document, such as `Statement[2]`. */
  readonly place: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: ActionMatcher;
  /** Absent in trust policies, which apply to the role that has them. */
  readonly resources?: ResourceMatcher;
  /** Present only in resource and trust policies. */
  readonly principals?: PrincipalMatcher;
  readonly conditions: readonly Condition[];
  /** Its decision, created once. */
  readonly decision: Decision;
}

/** Whether the statement covers the request, without regard to its principal. Expects the action in lower case. */
export function applies(statement: CompiledStatement, action: string, { resource, context }: AuthorizationRequest): boolean {
  if (!statement.actions.matches(action)) return false;
  if (statement.resources && !statement.resources.matches(resource, context)) return false;
  for (const condition of statement.conditions) if (!condition.holds(context)) return false;
  return true;
}

interface Grammar {
  principal: 'required' | 'forbidden';
  resource: 'required' | 'forbidden';
  sid: { pattern: RegExp; rule: string };
  /** The only service whose actions may occur. */
  service?: string;
}

const PLAIN_SID = { pattern: /^[A-Za-z0-9]*$/, rule: 'must consist of ASCII letters and digits' };
/** Key policies and their like have always had sentences there. */
const WIDE_SID = { pattern: /^[\x20-\x7e]*$/, rule: 'must consist of printable ASCII characters' };
const IDENTITY: Grammar = { principal: 'forbidden', resource: 'required', sid: PLAIN_SID };

const GRAMMARS: Record<PolicyKind, Grammar> = {
  identity: IDENTITY,
  boundary: IDENTITY,
  session: IDENTITY,
  resource: { principal: 'required', resource: 'required', sid: WIDE_SID },
  trust: { principal: 'required', resource: 'forbidden', sid: PLAIN_SID, service: 'sts' },
};

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** The elements that a statement may have where a policy of this kind has it. */
export const statementElements = (kind: PolicyKind): string[] =>
  [...ELEMENTS].filter((name) => {
    if (name.endsWith('Principal')) return GRAMMARS[kind].principal === 'required';
    return !name.endsWith('Resource') || GRAMMARS[kind].resource === 'required';
  });

/** Compiles one statement. What it returns is meaningful only if nothing was reported as an error. */
export function compileStatement(
  element: JsonValue,
  place: string,
  kind: PolicyKind,
  variables: boolean,
  report: Report,
): CompiledStatement | undefined {
  if (!isObject(element)) {
    report.error(place, 'must be an object');
    return undefined;
  }
  const grammar = GRAMMARS[kind];
  for (const name of element.keys()) {
    if (!ELEMENTS.has(name)) report.error(child(place, name), 'is not an element of a statement');
  }
  const sid = readSid(element, place, grammar, report);
  const effect = readEffect(element, place, report);
  const scope = { effect, variables };
  const principals = choose(element, place, 'Principal', grammar.principal, kind, report);
  const actions = choose(element, place, 'Action', 'required', kind, report);
  const resources = choose(element, place, 'Resource', grammar.resource, kind, report);
  const condition = element.get('Condition');
  if (effect === 'Allow' && principals?.negated) {
    report.warn(principals.place, 'allows everybody who is not named, anonymous callers included');
  }
  return {
    place,
    ...(sid === undefined ? {} : { sid }),
    effect,
    actions: compileActions(
      actions ? readStrings(actions.value, actions.place, report) : [],
      actions?.negated === true,
      report,
      grammar.service,
    ),
    ...(resources && {
      resources: compileResources(readStrings(resources.value, resources.place, report), resources.negated, scope, report),
    }),
    ...(principals && { principals: compilePrincipals(principals.value, principals.place, principals.negated, report) }),
    conditions: condition === undefined ? [] : compileConditions(condition, child(place, 'Condition'), scope, report),
    decision: Object.freeze({
      allowed: effect === 'Allow',
      reason: effect === 'Allow' ? 'allowed' : 'explicit-deny',
      by: kind,
      ...(sid === undefined ? {} : { sid }),
    }),
  };
}

function readSid(statement: JsonObject, place: string, { sid: { pattern, rule } }: Grammar, report: Report): string | undefined {
  const sid = statement.get('Sid');
  if (sid === undefined) return undefined;
  if (typeof sid !== 'string') report.error(child(place, 'Sid'), 'must be a string');
  else if (!pattern.test(sid)) report.error(child(place, 'Sid'), rule);
  else if (sid !== '') return sid;
  return undefined;
}

function readEffect(statement: JsonObject, place: string, report: Report): 'Allow' | 'Deny' {
  const effect = statement.get('Effect');
  if (effect === 'Allow' || effect === 'Deny') return effect;
  if (effect === undefined) report.error(place, 'must have the element Effect');
  else report.error(child(place, 'Effect'), 'must be Allow or Deny');
  return 'Deny';
}

interface Chosen {
  value: JsonValue;
  place: string;
  negated: boolean;
}

/** Picks X or NotX: exactly one if the grammar requires it, neither if it forbids it. */
function choose(
  statement: JsonObject,
  place: string,
  name: 'Principal' | 'Action' | 'Resource',
  rule: 'required' | 'forbidden',
  kind: PolicyKind,
  report: Report,
): Chosen | undefined {
  const present = [name, `Not${name}`].filter((element) => statement.has(element));
  if (rule === 'forbidden') {
    for (const element of present) report.error(child(place, element), `must not occur in ${KIND_NAMES[kind]}`);
    return undefined;
  }
  if (present.length !== 1) report.error(place, `must have ${name} or Not${name}, and only one of them`);
  const [found] = present;
  if (found === undefined) return undefined;
  return { value: statement.get(found)!, place: child(place, found), negated: found !== name };
}

const KIND_NAMES: Record<PolicyKind, string> = {
  identity: 'an identity policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  resource: 'a resource policy',
  trust: 'a trust policy',
};
