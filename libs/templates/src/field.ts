import { type SecretReference, referenceText } from './secret-reference';

/** A value of a secret: one of the two. */
export interface ValueOfSecret {
  secretString?: string;
  secretBinary?: Buffer;
}

/**
 * What a reference stands for: the whole value, or one field of it.
 *
 * @throws RangeError that names the reference and the rule, and nothing of the value
 */
export const valueOf = (version: ValueOfSecret, reference: SecretReference): string | Buffer => {
  if (reference.field === undefined) return version.secretBinary ?? version.secretString ?? '';
  const path = pathOf(reference.field);
  let found: unknown = objectOf(version, reference);
  for (const key of path) found = childOf(found, key);
  if (found === undefined) throw new RangeError(`${referenceText(reference)}: the value has no such key`);
  return textOf(found, referenceText(reference));
};

/**
 * Every key of a value that is a JSON object, with its text.
 *
 * @throws RangeError that names the secret, the key and the rule
 */
export const fieldsOf = (version: ValueOfSecret, reference: SecretReference): [key: string, text: string][] =>
  Object.entries(objectOf(version, reference)).map(([key, field]) => [
    key,
    textOf(field, referenceText({ ...reference, field: key })),
  ]);

const objectOf = ({ secretString }: ValueOfSecret, reference: SecretReference): object => {
  const name = referenceText({ ...reference, field: undefined });
  if (secretString === undefined) throw new RangeError(`${name}: the value is binary, so it has no keys`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(secretString);
  } catch {
    // The parser's message quotes the value.
    throw new RangeError(`${name}: the value is not JSON, so it has no keys`);
  }
  if (typeof parsed !== 'object' || parsed === null) throw new RangeError(`${name}: the value is not a JSON object`);
  if (Array.isArray(parsed) && !reference.field?.startsWith('/')) throw new RangeError(`${name}: the value is not a JSON object`);
  return parsed;
};

const pathOf = (field: string): string[] =>
  field.startsWith('/')
    ? field
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [field];

const childOf = (parent: unknown, key: string): unknown =>
  typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
    ? (parent as Record<string, unknown>)[key]
    : undefined;

/** Text as it is; what else there is as JSON. */
const textOf = (field: unknown, name: string): string => {
  if (typeof field === 'string') return field;
  if (field === null) throw new RangeError(`${name}: it is null`);
  if (typeof field === 'number' && Number.isInteger(field) && !Number.isSafeInteger(field)) {
    throw new RangeError(`${name}: a number of more than 15 digits is not exact; keep it as text`);
  }
  return JSON.stringify(field);
};
