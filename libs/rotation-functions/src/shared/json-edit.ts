import { createScanner } from 'jsonc-parser';

/** A field of the outermost object, by offsets into the text. */
interface Field {
  name: string;
  /** Of the name's first quote. */
  start: number;
  valueStart: number;
  /** After the value. */
  end: number;
}

interface Layout {
  fields: Field[];
  /** After the opening brace. */
  bodyStart: number;
}

/** Token by token, so that no nesting is too deep for it. @param text a JSON object that JSON.parse takes */
const layoutOf = (text: string): Layout => {
  const scanner = createScanner(text, true);
  const fields: Field[] = [];
  let bodyStart = 0;
  let depth = 0;
  let field: Partial<Field> | undefined;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const sign = text[start];
    const opens = sign === '{' || sign === '[';
    if (start === text.length) break;
    if (depth === 1 && sign === '"' && field === undefined) field = { name: scanner.getTokenValue(), start };
    else if (depth === 1 && field && sign !== ':') field.valueStart ??= start;
    if (sign === '}' || sign === ']') depth--;
    if (depth === 1 && field?.valueStart !== undefined && !opens) {
      fields.push({ ...(field as Field), end });
      field = undefined;
    }
    if (opens && depth++ === 0) bodyStart = end;
  }
  return { fields, bodyStart };
};

/**
 * Replaces fields of a JSON object in its text, and takes out those that are undefined. A field that occurs more than once is
 * replaced everywhere, since readers differ in which one they take; one that is not there is added at the end, spaced like the
 * first. Everything else stays as it is: order, white space, numbers of any size, escapes, repeated names.
 * @param text a JSON object that JSON.parse takes
 */
export const editFields = (text: string, changes: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(changes).reduce(
    (edited, [name, value]) => (value === undefined ? remove(edited, name) : put(edited, name, JSON.stringify(value))),
    text,
  );

const put = (text: string, name: string, value: string): string => {
  const { fields, bodyStart } = layoutOf(text);
  const known = fields.filter((field) => field.name === name);
  if (known.length > 0) {
    return known.reduceRight((edited, { valueStart, end }) => edited.slice(0, valueStart) + value + edited.slice(end), text);
  }
  const [first, last] = [fields[0], fields.at(-1)];
  if (!first || !last) return `${text.slice(0, bodyStart)}${JSON.stringify(name)}:${value}${text.slice(bodyStart)}`;
  const before = text.slice(bodyStart, first.start);
  const colon = /:\s*$/.exec(text.slice(first.start, first.valueStart))![0];
  return `${text.slice(0, last.end)},${before}${JSON.stringify(name)}${colon}${value}${text.slice(last.end)}`;
};

const remove = (text: string, name: string): string => {
  const { fields, bodyStart } = layoutOf(text);
  const at = fields.findLastIndex((field) => field.name === name);
  if (at < 0) return text;
  // With the comma before it, or of the first one that after it.
  const [from, to] =
    at > 0
      ? [fields[at - 1]!.end, fields[at]!.end]
      : fields.length > 1
        ? [fields[0]!.start, fields[1]!.start]
        : [bodyStart, fields[0]!.end];
  return remove(text.slice(0, from) + text.slice(to), name);
};
