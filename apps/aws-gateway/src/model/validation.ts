import { lengthOf, matches } from '@strongroom/field-rules';
import { lowerCamel, type Shape, type Structure, type StructureShape, type Value } from './shapes';

/** AWS shows the values that break a rule. Showing more of them tells no more. */
const MAX_SHOWN = 256;
const MAX_PROBLEMS = 20;

/**
 * Checks a request against the rules of its shape.
 * @returns AWS's message (`1 validation error detected: …`), or undefined if nothing is wrong
 */
export function problemsOf(shape: StructureShape, value: Structure): string | undefined {
  const problems: string[] = [];
  checkMembers(shape, value, '', problems);
  if (problems.length === 0) return undefined;
  const own = problems.find((problem) => !problem.startsWith('Value'));
  if (own !== undefined) return own;
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return `${count} detected: ${problems.slice(0, MAX_PROBLEMS).join('; ')}`;
}

function checkMembers(shape: StructureShape, value: Structure, place: string, problems: string[]): void {
  for (const [member, rules] of Object.entries(shape.members)) {
    const at = place === '' ? lowerCamel(member) : `${place}.${lowerCamel(member)}`;
    const present = value[member];
    if (present !== undefined) check(rules, present, at, problems);
    else if (rules.required) problems.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
  }
}

function check(shape: Shape, value: Value, at: string, problems: string[]): void {
  const fail = (rule: string) => {
    const shown = show(shape, value);
    problems.push(
      `Value${shown === undefined ? '' : ` '${shown}'`} at '${at}' failed to satisfy constraint: Member must ${rule}`,
    );
  };
  switch (shape.kind) {
    case 'string': {
      const string = value as string;
      checkRange(shape, lengthOf(string, shape.max), 'length', fail);
      if (shape.pattern !== undefined && !matches(shape.pattern, string)) {
        if (shape.otherwise !== undefined) problems.push(shape.otherwise);
        else fail(`satisfy regular expression pattern: ${shape.pattern}`);
      }
      if (shape.values !== undefined && !shape.values.includes(string)) {
        fail(`satisfy enum value set: [${shape.values.join(', ')}]`);
      }
      return;
    }
    case 'enum':
      if (!Object.hasOwn(shape.values, value as string)) {
        fail(`satisfy enum value set: [${Object.keys(shape.values).join(', ')}]`);
      }
      return;
    case 'integer':
    case 'long':
      return checkRange(shape, value as number, 'value', fail);
    case 'blob':
      return checkRange(shape, (value as Uint8Array).length, 'length', fail);
    case 'list': {
      const items = value as Value[];
      checkRange(shape, items.length, 'length', fail);
      return items.forEach((item, index) => check(shape.item, item, `${at}.${index + 1}.member`, problems));
    }
    case 'map': {
      const entries = Object.entries(value as Structure);
      checkRange(shape, entries.length, 'length', fail);
      return entries.forEach(([key, item]) => check(shape.value, item!, `${at}.${key.slice(0, MAX_SHOWN)}.member`, problems));
    }
    case 'structure':
      return checkMembers(shape, value as Structure, at, problems);
    case 'boolean':
    case 'timestamp':
    case 'refused':
      return;
  }
}

function checkRange(
  { min, max }: { min?: number; max?: number },
  size: number,
  what: 'length' | 'value',
  fail: (rule: string) => void,
): void {
  if (min !== undefined && size < min) fail(`have ${what} greater than or equal to ${min}`);
  if (max !== undefined && size > max) fail(`have ${what} less than or equal to ${max}`);
}

function show(shape: Shape, value: Value): string | undefined {
  switch (shape.kind) {
    case 'string':
      return shape.sensitive ? undefined : clip(value as string);
    case 'enum':
      return clip(value as string);
    case 'integer':
    case 'long':
      return (value as number | bigint).toString();
    case 'list': {
      const items = (value as Value[]).slice(0, MAX_PROBLEMS);
      const shown = items.map((item) => show(shape.item, item));
      return shown.includes(undefined) ? undefined : clip(`[${shown.join(', ')}]`);
    }
    default:
      return undefined;
  }
}

const clip = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

/** The first member of a request that asks for something unsupported. */
export function refusedMember(shape: StructureShape, value: Structure): string | undefined {
  const members = Object.entries(shape.members);
  return members.find(([member, { kind }]) => kind === 'refused' && value[member] !== undefined)?.[0];
}
