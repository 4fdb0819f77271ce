/** JSON with objects as maps: no prototype to collide with, and duplicate keys seen. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

export class JsonSyntaxError extends Error {
  constructor(
    readonly place: string,
    readonly rule: string,
  ) {
    super(`${place}: ${rule}`);
  }
}

/** A policy needs 6; the limit keeps hostile nesting off the stack. */
const MAX_DEPTH = 16;

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function child(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}

/**
 * Parses RFC 8259 JSON and nothing beyond it. Keys that an object repeats are reported with their path, since JSON.parse would
 * let the last one win and so hide what a reader sees first.
 *
 * @throws JsonSyntaxError with line and column
 */
export function parseStrictJson(text: string, onDuplicate: (place: string) => void): JsonValue {
  let at = 0;

  const fail = (rule: string, where = at): never => {
    const before = text.slice(0, where).split('\n');
    throw new JsonSyntaxError(`line ${before.length}, column ${before.at(-1)!.length + 1}`, rule);
  };

  const skipSpace = (): void => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at++;
    }
  };

  const take = (symbol: string): boolean => {
    skipSpace();
    if (text[at] !== symbol) return false;
    at++;
    return true;
  };

  const string = (): string => {
    skipSpace();
    const start = at;
    if (text[at] !== '"') fail('expects a string in double quotes');
    for (at++; text[at] !== '"'; at += text[at] === '\\' ? 2 : 1) {
      if (at >= text.length) fail('has a string without an end', start);
    }
    at++;
    return decode(start);
  };

  const decode = (start: number): string => {
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      return fail('has a string with an invalid escape or a control character', start);
    }
  };

  const object = (place: string, depth: number): JsonObject => {
    const members = new Map<string, JsonValue>();
    if (take('}')) return members;
    do {
      const key = string();
      if (members.has(key)) onDuplicate(child(place, key));
      if (!take(':')) fail('expects a colon');
      members.set(key, value(child(place, key), depth));
    } while (take(','));
    if (!take('}')) fail('expects a comma or a closing brace');
    return members;
  };

  const list = (place: string, depth: number): JsonValue[] => {
    const items: JsonValue[] = [];
    if (take(']')) return items;
    do items.push(value(`${place}[${items.length}]`, depth));
    while (take(','));
    if (!take(']')) fail('expects a comma or a closing bracket');
    return items;
  };

  const scalar = (): JsonValue => {
    const pattern = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    pattern.lastIndex = at;
    const lexeme = pattern.exec(text)?.[0];
    if (lexeme === undefined) return fail(at >= text.length ? 'ends too early' : 'expects a JSON value');
    at += lexeme.length;
    return JSON.parse(lexeme) as JsonValue;
  };

  const value = (place: string, depth: number): JsonValue => {
    if (depth > MAX_DEPTH) fail(`must not nest deeper than ${MAX_DEPTH} levels`);
    if (take('{')) return object(place, depth + 1);
    if (take('[')) return list(place, depth + 1);
    return text[at] === '"' ? string() : scalar();
  };

  const document = value('', 0);
  skipSpace();
  if (at < text.length) fail('must end after the JSON value');
  return document;
}
