import { currentOf, isUnreadable, type SourceItem, type SourceSecret } from './source-item';
import { BadText } from './json-text';
import { parseCsvSecrets } from './csv.parser';
import { parseDotenv } from './dotenv.parser';
import { parseJsonSecrets } from './json.parser';
import { parseYamlSecrets, yamlAsJson } from './yaml.parser';

const valuesOf = (items: readonly SourceItem[]) =>
  items.map((item) => [item.name, isUnreadable(item) ? undefined : currentOf(item)!.value.secretString]);
const faultOf = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof BadText) return error.message;
    throw error;
  }
  throw new Error('it was read');
};

describe('a file of variables', () => {
  it('has quotes, comments, export, line breaks and other signs in values', () => {
    const text = [
      '# a comment',
      'PLAIN=one',
      'export EXPORTED = two words # and a comment',
      `SINGLE='$HOME #not "a" comment'`,
      'DOUBLE="line one\\nline two"',
      'OPEN="-----BEGIN',
      'KEY-----"',
      'EQUALS=a=b=c',
      'EMPTY=',
      'REFERENCE=${PLAIN}',
    ].join('\n');
    expect(valuesOf(parseDotenv(text))).toEqual([
      ['PLAIN', 'one'],
      ['EXPORTED', 'two words'],
      ['SINGLE', '$HOME #not "a" comment'],
      ['DOUBLE', 'line one\nline two'],
      ['OPEN', '-----BEGIN\nKEY-----'],
      ['EQUALS', 'a=b=c'],
      ['EMPTY', ''],
      ['REFERENCE', '${PLAIN}'],
    ]);
  });

  it('loses no variable without a word', () => {
    expect(faultOf(() => parseDotenv('A=1\n__proto__=2'))).toMatch(/__proto__/);
    expect(valuesOf(parseDotenv('constructor=1\ntoString=2'))).toEqual([
      ['constructor', '1'],
      ['toString', '2'],
    ]);
    expect(faultOf(() => parseDotenv('this is\nno such file'))).toMatch(/NAME=value/);
  });

  it('is read in a time that its length bounds', () => {
    const hostile = `A="${"\\'".repeat(20_000)}\n${"B='x\n".repeat(5_000)}`;
    expect(parseDotenv(hostile).length).toBeGreaterThan(0);
  });
});

describe('a JSON document', () => {
  it('gives texts as they are and everything else as it was written', () => {
    const text = '{ "a": "text", "b": { "port": 12345678901234567890, "x": [1.0, 1e2] }, "c": 7, "d": null, "__proto__": "p" }';
    expect(valuesOf(parseJsonSecrets(text))).toEqual([
      ['a', 'text'],
      ['b', '{"port":12345678901234567890,"x":[1.0,1e2]}'],
      ['c', '7'],
      ['d', undefined],
      ['__proto__', 'p'],
    ]);
    expect({}).not.toHaveProperty('p');
  });

  it('can be a list of names and values with what describes them', () => {
    const [item] = parseJsonSecrets(
      '[{"name": "a", "value": {"k": "v"}, "description": "d", "tags": {"team": "x", "__proto__": "y"}}]',
    );
    expect(item).toMatchObject({ name: 'a', description: 'd' });
    expect([...(item as SourceSecret).tags!]).toEqual([
      ['team', 'x'],
      ['__proto__', 'y'],
    ]);
  });

  it.each([
    ['{"a": "hunter2",}', /not JSON/],
    ['{"a": "hunter2" // no\n}', /not JSON/],
    ['{"a": "hunter2", "a": "hunter3"}', /"a" twice/],
    ['{"a": {"b": "hunter2", "b": 1}}', /"b" twice/],
    ['"hunter2"', /object of secrets/],
    ['[{"name": "a"}]', /Entry 1 .*name and value/],
    ['[{"name": 7, "value": "hunter2"}]', /Entry 1: name must be a text/],
    ['[{"name": "a", "value": "hunter2", "tags": {"b": 1}}]', /Entry 1: tags/],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, /deeply|Entry/],
  ])('refuses fault %# without showing what it holds', (text, fault) => {
    const message = faultOf(() => parseJsonSecrets(text));
    expect(message).toMatch(fault);
    expect(message).not.toMatch(/hunter/);
  });
});

describe('a YAML document', () => {
  it('is read as version 1.2, with anchors, and keeps long numbers', () => {
    const text = 'a: text\nb: &base {port: 12345678901234567890, on: yes}\nc: *base\nd: |\n  one\n  two\n__proto__: p\n';
    expect(valuesOf(parseYamlSecrets(text))).toEqual([
      ['a', 'text'],
      ['b', '{"port":12345678901234567890,"on":"yes"}'],
      ['c', '{"port":12345678901234567890,"on":"yes"}'],
      ['d', 'one\ntwo\n'],
      ['__proto__', 'p'],
    ]);
    expect({}).not.toHaveProperty('p');
  });

  it('does not unfold a bomb', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'l0: &l0 [x,x,x,x,x,x,x,x,x]'
        : `l${level}: &l${level} [${Array(9)
            .fill(`*l${level - 1}`)
            .join(',')}]`,
    );
    expect(faultOf(() => parseYamlSecrets(levels.join('\n')))).toMatch(/unfold/);
  });

  it.each([
    ['a: hunter2\na: hunter3', /DUPLICATE_KEY in line 2/],
    ['a: [hunter2', /not YAML/],
    ['a: !!js/function hunter2', /not YAML/],
    ['a: hunter2\n---\nb: hunter3', /one document/],
    ['? [a, b]\n: hunter2', /key must be a text/],
    [`a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, /deeply|not YAML/],
    ['just hunter2', /object of secrets/],
  ])('refuses fault %# without showing what it holds', (text, fault) => {
    const message = faultOf(() => parseYamlSecrets(text));
    expect(message).toMatch(fault);
    expect(message).not.toMatch(/hunter/);
  });

  it('becomes one JSON object', () => {
    expect(yamlAsJson('a: 1\nb: {c: .inf, d: 1.5}')).toBe('{"a":1,"b":{"c":"Infinity","d":1.5}}');
  });
});

describe('a CSV file', () => {
  it('has quotes, commas and line breaks in values, and tags in columns', () => {
    const text = '\ufeffname,value,description,tag:team\r\na,"x, ""y""\nz",,\r\nb,2,two,ops\r\n';
    const [a, b] = parseCsvSecrets(text);
    expect(a).toMatchObject({ name: 'a', description: undefined, tags: new Map() });
    expect(b).toMatchObject({ name: 'b', description: 'two', tags: new Map([['team', 'ops']]) });
    expect(valuesOf([a!, b!])).toEqual([
      ['a', 'x, "y"\nz'],
      ['b', '2'],
    ]);
  });

  it('takes a column like any other where JavaScript has a meaning for its name', () => {
    expect(faultOf(() => parseCsvSecrets('name,value,__proto__\na,b,c'))).toMatch(/column "__proto__"/);
  });

  it.each([
    ['', /is empty/],
    ['name,secret\na,hunter2', /no column "value"/],
    ['name,value,value\na,hunter2,b', /"value" twice/],
    ['name,value\na,hunter2,more', /CSV_RECORD_INCONSISTENT/],
    ['name,value\na,"hunter2', /CSV_QUOTE_NOT_CLOSED/],
  ])('refuses %j without showing what it holds', (text, fault) => {
    const message = faultOf(() => parseCsvSecrets(text));
    expect(message).toMatch(fault);
    expect(message).not.toMatch(/hunter/);
  });
});
