import { malformedPolicyDocument } from '@strongroom/errors';
import type { Finding, PolicyKind } from './model';
import type { CompiledPolicy, CompileOptions } from './compiled-policy';
import { Report } from './report';
import { type CompiledStatement, compileStatement } from './statement';
import { child, isObject, type JsonObject, JsonSyntaxError, type JsonValue, parseStrictJson } from './strict-json';

/**
 * Checks and compiles a policy document.
 *
 * @throws MalformedPolicyDocumentException with the first error's place and rule, also as metadata `place` and `rule`
 */
export function compilePolicy(document: string, kind: PolicyKind, options: CompileOptions = {}): CompiledPolicy {
  const report = new Report();
  const policy = check(document, kind, options, report);
  const error = report.firstError;
  if (!policy || error) {
    const { place, rule } = error!;
    throw malformedPolicyDocument(`${place || 'The policy'} ${rule}.`, { metadata: { place, rule } });
  }
  return policy;
}

/** Lists everything that is wrong or unwise in a document; empty if nothing is. Never throws. */
export function validatePolicy(document: string, kind: PolicyKind, options: CompileOptions = {}): Finding[] {
  const report = new Report();
  check(document, kind, options, report);
  return report.findings;
}

/** What a policy consists of. */
export const POLICY_ELEMENTS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);

/** Returns a policy that is valid only if no error was reported; undefined only if one was. */
function check(document: string, kind: PolicyKind, options: CompileOptions, report: Report): CompiledPolicy | undefined {
  if (options.maxLength !== undefined && document.length > options.maxLength) {
    report.error('', `must have at most ${options.maxLength} characters`);
    return undefined;
  }
  const root = parse(document, report);
  if (!isObject(root)) {
    if (root !== undefined) report.error('', 'must be a JSON object');
    return undefined;
  }
  for (const name of root.keys()) if (!POLICY_ELEMENTS.has(name)) report.error(name, 'is not an element of a policy');
  const version = readVersion(root, report);
  const id = root.get('Id');
  if (id !== undefined && typeof id !== 'string') report.error('Id', 'must be a string');
  const variables = version === '2012-10-17';
  if (!variables && document.includes('${'))
    report.warn('Version', 'must be 2012-10-17 for variables; before, ${ is literal text');
  const statements = readStatements(root, report).flatMap(
    ({ element, place }) => compileStatement(element, place, kind, variables, report) ?? [],
  );
  checkSids(statements, report);
  return Object.freeze({
    kind,
    version,
    document,
    ...(typeof id === 'string' ? { id } : {}),
    denies: statements.filter(({ effect }) => effect === 'Deny'),
    allows: statements.filter(({ effect }) => effect === 'Allow'),
  });
}

function parse(document: string, report: Report): JsonValue | undefined {
  try {
    return parseStrictJson(document, (place) => report.error(place, 'must not occur twice in its object'));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    report.error(error.place, error.rule);
    return undefined;
  }
}

function readVersion(root: JsonObject, report: Report): CompiledPolicy['version'] {
  const version = root.get('Version') ?? (root.has('Version') ? null : '2008-10-17');
  if (version === '2012-10-17' || version === '2008-10-17') return version;
  report.error('Version', 'must be 2012-10-17 or 2008-10-17');
  return '2012-10-17';
}

function readStatements(root: JsonObject, report: Report): { element: JsonValue; place: string }[] {
  const element = root.get('Statement');
  if (element === undefined) {
    report.error('', 'must have the element Statement');
    return [];
  }
  if (!Array.isArray(element)) return [{ element, place: 'Statement' }];
  if (element.length === 0) report.error('Statement', 'must have at least one statement');
  return element.map((item, index) => ({ element: item, place: `Statement[${index}]` }));
}

function checkSids(statements: readonly CompiledStatement[], report: Report): void {
  const seen = new Set<string>();
  for (const { sid, place } of statements) {
    if (sid === undefined) continue;
    if (seen.has(sid)) report.error(child(place, 'Sid'), 'must be unique in the policy');
    seen.add(sid);
  }
}
