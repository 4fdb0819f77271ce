import { parseAllDocuments } from 'yaml';
import type { SourceItem } from './source-item';
import { BadText } from './json-text';
import { parseJsonSecrets } from './json.parser';

/** The most bytes of a YAML file: it is parsed in full before the first secret is known. */
export const MAX_YAML_BYTES = 8 * 1024 * 1024;
/** How often anchors may be used, counted as they unfold: a few lines can stand for gigabytes. */
const MAX_ALIASES = 1_000;

/**
 * As JSON; see `parseJsonSecrets`. Anchors are resolved within bounds; merge keys and custom tags are not known.
 *
 * @throws BadText
 */
export const parseYamlSecrets = (text: string): SourceItem[] => parseJsonSecrets(yamlAsJson(text));

/** @throws BadText */
export const yamlAsJson = (text: string): string => {
  try {
    const documents = parseAllDocuments(text, { intAsBigInt: true, uniqueKeys: true, version: '1.2', logLevel: 'silent' });
    if (documents.length !== 1) throw new BadText('It must hold one document.');
    const [document] = documents as [(typeof documents)[number] & { errors: { code: string; linePos?: [{ line: number }] }[] }];
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw new BadText(`It is not YAML that can be read: ${fault.code}${lineOf(fault.linePos)}.`);
    // Maps keep keys that objects have a meaning for.
    return jsonOf(document.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: true }), 0);
  } catch (error) {
    if (error instanceof BadText) throw error;
    if (error instanceof RangeError) throw new BadText('It is nested too deeply.');
    if (error instanceof ReferenceError) throw new BadText(`Its anchors unfold to more than ${MAX_ALIASES} parts.`);
    // The message of another fault could show a value.
    throw new BadText('It is not YAML that can be read.');
  }
};

const lineOf = (place: readonly { line: number }[] | undefined): string => (place?.[0] ? ` in line ${place[0].line}` : '');

const MAX_DEPTH = 200;

const jsonOf = (value: unknown, depth: number): string => {
  if (depth > MAX_DEPTH) throw new BadText('It is nested too deeply.');
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) {
    const members = [...(value as Map<unknown, unknown>)].map(([key, member]) => `${keyOf(key)}:${jsonOf(member, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => jsonOf(item, depth + 1)).join(',')}]`;
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value));
  if (value instanceof Uint8Array) throw new BadText('Binary values cannot be read from YAML.');
  return JSON.stringify(value) ?? 'null';
};

const keyOf = (key: unknown): string => {
  if (key !== null && typeof key === 'object') throw new BadText('A key must be a text, not a list or a map.');
  return JSON.stringify(String(key));
};
