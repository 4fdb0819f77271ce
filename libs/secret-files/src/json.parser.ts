import type { Node } from 'jsonc-parser';
import { type SourceItem, withOneValue } from './source-item';
import { BadText, memberOf, membersOf, parseJson, valueTextOf } from './json-text';

/**
 * Secrets of a JSON document: the members of an object, or the entries of a list, each with `name`, `value` and, where given,
 * `description` and `tags`. A value that is a text is taken as it is; any other is kept as JSON.
 *
 * @throws BadText
 */
export const parseJsonSecrets = (text: string): SourceItem[] => {
  const root = parseJson(text);
  if (root.type === 'object') return membersOf(root).map(({ key, value }) => itemOf(key, valueTextOf(text, value)));
  if (root.type === 'array') return (root.children ?? []).map((entry, index) => entryOf(text, entry, index));
  throw new BadText('It must be an object of secrets, or a list of objects with name and value.');
};

const itemOf = (name: string, secretString: string | undefined): SourceItem =>
  secretString === undefined ? { name, unreadable: 'Its value is null.' } : withOneValue({ name }, { secretString });

const entryOf = (document: string, entry: Node, index: number): SourceItem => {
  const text = (key: string): string | undefined => {
    const member = memberOf(entry, key);
    if (member === undefined || member.type === 'null') return undefined;
    if (member.type !== 'string') throw new BadText(`Entry ${index + 1}: ${key} must be a text.`);
    return member.value as string;
  };
  const name = text('name');
  const value = memberOf(entry, 'value');
  if (name === undefined || value === undefined) throw new BadText(`Entry ${index + 1} must be an object with name and value.`);
  const secretString = valueTextOf(document, value);
  if (secretString === undefined) return itemOf(name, undefined);
  return withOneValue({ name, description: text('description'), tags: tagsOf(memberOf(entry, 'tags'), index) }, { secretString });
};

const tagsOf = (tags: Node | undefined, index: number): Map<string, string> | undefined => {
  if (tags === undefined) return undefined;
  const isTexts = tags.type === 'object' && membersOf(tags).every(({ value }) => value.type === 'string');
  if (!isTexts) throw new BadText(`Entry ${index + 1}: tags must be an object of texts.`);
  return new Map(membersOf(tags).map(({ key, value }) => [key, value.value as string]));
};
