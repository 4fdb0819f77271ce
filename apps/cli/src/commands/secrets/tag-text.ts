import { InvalidArgumentError } from 'commander';

export interface TagQuery {
  key: string;
  /** Absent: any. */
  value?: string;
}

/** `key` or `key=value`; the key ends at the first equals sign. */
export const tagQuery = (text: string): TagQuery => {
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at);
  if (key === '') throw new InvalidArgumentError('It must be key=value.');
  return at < 0 ? { key } : { key, value: text.slice(at + 1) };
};

/** `key=value`. */
export const tag = (text: string): Required<TagQuery> => {
  const { key, value } = tagQuery(text);
  if (value === undefined) throw new InvalidArgumentError('It must be key=value.');
  return { key, value };
};
