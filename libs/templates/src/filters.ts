type Filter = (text: string) => string;

/** A string of JSON, which is one of YAML and TOML too, once what those do not take as it is has been escaped. */
const quoted: Filter = (text) =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const shell: Filter = (text) => {
  if (text.includes('\0')) throw new RangeError('a shell takes no NUL byte');
  return `'${text.replaceAll("'", `'\\''`)}'`;
};

const filters: Readonly<Record<string, Filter>> = {
  json: (text) => JSON.stringify(text),
  yaml: quoted,
  toml: quoted,
  shell,
  urlencode: (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
  base64: (text) => Buffer.from(text).toString('base64'),
};

/** What may stand after | in a template. */
export const filterNames: readonly string[] = Object.keys(filters);

/** Writes a value as some language wants it; quotes are part of what comes out. @throws RangeError that says what cannot be */
export const applyFilters = (value: string | Buffer, names: readonly string[]): string | Buffer =>
  names.reduce<string | Buffer>((now, name) => {
    if (typeof now === 'string') return filters[name]!(now);
    if (name === 'base64') return now.toString('base64');
    throw new RangeError(`the value is binary, so it must pass base64 before ${name}`);
  }, value);
