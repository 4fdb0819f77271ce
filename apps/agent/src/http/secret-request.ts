import { AGENT } from '@strongroom/bounds';
import { inRange, lengthOf, secretTexts, type TextRule } from '@strongroom/field-rules';
import { type Answer, errorAnswer, textAnswer } from './answer';

/** What a program asks for. */
export interface SecretRequest {
  readonly secretId: string;
  readonly versionId?: string;
  readonly versionStage?: string;
  /** The value as the cluster has it now, not from memory. */
  readonly refreshNow: boolean;
}

const QUERY_PATH = '/secretsmanager/get';
const PARAMETERS = ['secretId', 'versionId', 'versionStage', 'refreshNow'] as const;
type Parameter = (typeof PARAMETERS)[number];

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
/** The rules of Secrets Manager that need no cluster. What else an id may be, the cluster says. */
const LENGTHS: Readonly<Record<'secretId' | 'versionId' | 'versionStage', TextRule & { min: number; max: number }>> = {
  secretId: { min: 1, max: AGENT.secretId },
  versionId: secretTexts.versionId,
  versionStage: secretTexts.versionStage,
};
/** AWS shows what breaks a rule; showing more of it tells no more. */
const MAX_SHOWN = 256;
/** What a terminal would not show. */
const CONTROL = /[\u0000-\u001f\u007f]/;

const NOT_FOUND = textAnswer(404, 'Not found');
const NO_ID = textAnswer(400, 'missing parameter secretId');
const NO_ID_IN_PATH = textAnswer(400, 'missing secret ID');
const BAD_FLAG = textAnswer(400, 'invalid refreshNow value');
const MALFORMED = textAnswer(400, 'the address is not well-formed');

/**
 * Reads `/secretsmanager/get?secretId=…` and, for the prefix `/v1/`, `/v1/<secretId>`; both with versionId, versionStage and
 * refreshNow. Or returns the refusal.
 */
export function readSecretRequest(url: string, pathPrefix: string): SecretRequest | Answer {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? '' : url.slice(question + 1);
  if (path === QUERY_PATH) return readQuery(query);
  if (!path.startsWith(pathPrefix)) return NOT_FOUND;
  const secretId = decoded(path.slice(pathPrefix.length));
  if (secretId === undefined) return MALFORMED;
  return secretId === '' ? NO_ID_IN_PATH : readQuery(query, secretId);
}

export const isAnswer = (asked: SecretRequest | Answer): asked is Answer => 'status' in asked;

/** @param named the id where the path has it */
function readQuery(query: string, named?: string): SecretRequest | Answer {
  const given: Partial<Record<Parameter, string>> = named === undefined ? {} : { secretId: named };
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(equals < 0 ? part : part.slice(0, equals), true);
    const value = decoded(equals < 0 ? '' : part.slice(equals + 1), true);
    if (name === undefined || value === undefined) return MALFORMED;
    if (!isParameter(name) || (name === 'secretId' && named !== undefined)) return unknownParameter(name);
    // Whoever looks at a request before the agent must see the same secret in it.
    if (given[name] !== undefined) return textAnswer(400, `repeated parameter: ${name}`);
    if (name === 'refreshNow' && !FLAGS.has(value.toLowerCase())) return BAD_FLAG;
    given[name] = value;
  }
  const { secretId, refreshNow = 'false', ...version } = given;
  if (!secretId) return NO_ID;
  const problems = problemsOf({ ...version, secretId });
  if (problems !== undefined) return problems;
  return { ...version, secretId, refreshNow: FLAGS.get(refreshNow.toLowerCase())! };
}

/** The answer of Secrets Manager itself: AWS's agent hands it on. */
function problemsOf(given: Partial<Record<keyof typeof LENGTHS, string>>): Answer | undefined {
  const problems = (['secretId', 'versionId', 'versionStage'] as const).flatMap((member) => {
    const [text, rule] = [given[member], LENGTHS[member]];
    if (text === undefined || inRange(rule, lengthOf(text, rule.max))) return [];
    const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
    const bound = text.length < rule.min ? `greater than or equal to ${rule.min}` : `less than or equal to ${rule.max}`;
    return [`Value '${shown}' at '${member}' failed to satisfy constraint: Member must have length ${bound}`];
  });
  if (problems.length === 0) return undefined;
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return errorAnswer(400, 'ValidationException', `${count} detected: ${problems.join('; ')}`);
}

const isParameter = (name: string): name is Parameter => (PARAMETERS as readonly string[]).includes(name);

const unknownParameter = (name: string): Answer =>
  textAnswer(400, `unknown parameter: ${CONTROL.test(name) ? '' : name.slice(0, 64)}`);

/** undefined if percent signs or UTF-8 are wrong. A plus is a space in a query, and itself in a path. */
function decoded(text: string, isQuery = false): string | undefined {
  if (!text.includes('%') && !(isQuery && text.includes('+'))) return text;
  try {
    return decodeURIComponent(isQuery ? text.replaceAll('+', ' ') : text);
  } catch {
    return undefined;
  }
}
