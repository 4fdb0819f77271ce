import { applyEdits, findNodeAtLocation, modify, type Node, parseTree } from 'jsonc-parser';

export type JsonObject = Record<string, unknown>;

/** The object that a text is, in JSON; undefined if it is none. */
export const objectOf = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
};

/** One field of a value that is a JSON object. */
export interface Field {
  key: string;
  /** What a string says; of everything else the JSON, as it stands there: a long number would not survive being parsed. */
  text: string;
  isString: boolean;
}

/** The fields in their order; undefined for what is no JSON object, or names a key twice, which only its text shows. */
export const fieldsOfText = (text: string): Field[] | undefined => {
  const object = objectOf(text);
  if (object === undefined) return undefined;
  const properties = parseTree(text)?.children ?? [];
  if (properties.length !== Object.keys(object).length) return undefined;
  return properties.map(({ children }) => {
    const [key, value] = children as [Node, Node];
    const isString = value.type === 'string';
    const raw = isString ? (value.value as string) : text.slice(value.offset, value.offset + value.length);
    return { key: key.value as string, text: raw, isString };
  });
};

/** The text with a field set to a string. The order of the keys, long numbers and spaces stay as somebody wrote them. */
export const withField = (text: string, key: string, value: string): string => applyEdits(text, modify(text, [key], value, {}));

/** The text without a field. */
export const withoutField = (text: string, key: string): string => {
  const tree = parseTree(text);
  if (tree === undefined || findNodeAtLocation(tree, [key]) === undefined) return text;
  return applyEdits(text, modify(text, [key], undefined, {}));
};
