import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { applyFilters } from './filters';
import { Template } from './template';

const canary = 'canary "value"';
const render = (text: string, value: string | Buffer = canary) =>
  Template.parse(text, 'app.tpl')
    .render(() => value)
    .toString();

it('puts values in, and leaves everything else as it is', () => {
  expect(render('a {{ strongroom://prod/db#password }} b {{strongroom://x}}\n')).toBe(`a ${canary} b ${canary}\n`);
  expect(render('{{ .Values.x }} {{#each}} }} {% %} $1 $& {{ "strongroom" }}')).toBe(
    '{{ .Values.x }} {{#each}} }} {% %} $1 $& {{ "strongroom" }}',
  );
  // What a value contains is no template.
  expect(render('{{ strongroom://a }}', '{{ strongroom://b }}')).toBe('{{ strongroom://b }}');
});

it('names what must be read', () => {
  expect(Template.parse('{{ strongroom://a#b }}{{ strongroom://c | json }}', 't').references).toEqual([
    { secretId: 'a', field: 'b' },
    { secretId: 'c' },
  ]);
});

it('writes bytes as they are', () => {
  const bytes = Buffer.from([0, 255, 10]);
  expect(Template.parse('{{ strongroom://a }}', 't').render(() => bytes)).toEqual(bytes);
  expect(render('{{ strongroom://a | base64 }}', bytes)).toBe('AP8K');
});

it.each([
  ['a\nbc {{ strongroom://prod/db#password', 'app.tpl:2:4: {{ must be closed by }}'],
  ['{{ strongroom:/prod/db }}', 'app.tpl:1:1: a reference must look like strongroom://prod/db#password'],
  ['{{ STRONGROOM://prod/db }}', 'app.tpl:1:1: a reference must look like'],
  ['{{ strongroom://prod/db password }}', 'app.tpl:1:1: a reference must look like'],
  ['\n\n x{{ strongroom://a | jsn }}', 'app.tpl:3:3: no filter is called "jsn"; there are json, yaml'],
  ['{{ strongroom://a | constructor }}', 'no filter is called "constructor"'],
  ['{{ strongroom://a?label=b }}', 'app.tpl:1:1: "strongroom://a?label=b": after ? must come'],
])('refuses %j with line and column', (text, rule) => expect(() => Template.parse(text, 'app.tpl')).toThrow(rule));

it('tells of a value that does not fit without telling it', () => {
  const fails = (text: string, value: string | Buffer) => () => render(text, value);
  expect(fails('ab\n {{ strongroom://a | shell }}', `${canary}\0`)).toThrow('app.tpl:2:2: a shell takes no NUL byte');
  expect(fails('{{ strongroom://a | json }}', Buffer.from(canary))).toThrow('app.tpl:1:1: the value is binary');
  const template = Template.parse('{{ strongroom://a#b }}', 'app.tpl');
  const missing = () => {
    throw new RangeError('a#b: the value has no such key');
  };
  expect(() => template.render(missing)).toThrow('app.tpl:1:1: a#b: the value has no such key');
});

describe('filters', () => {
  // Protobuf has no lone surrogates.
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('\u2028', '\u0085', '\ufeff', "'", '"', '\\', '\n', '$', '`') }),
  );
  const filtered = (value: string, ...names: string[]) => applyFilters(value, names).toString();

  it('write what JSON, YAML, URLs and base64 read as the same', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(JSON.parse(filtered(value, 'json'))).toBe(value);
        expect(parseYaml(`a: ${filtered(value, 'yaml')}`)).toEqual({ a: value });
        expect(JSON.parse(filtered(value, 'toml'))).toBe(value);
        expect(decodeURIComponent(filtered(value, 'urlencode'))).toBe(value);
        expect(filtered(value, 'urlencode')).toMatch(/^[A-Za-z0-9%._~-]*$/);
        expect(Buffer.from(filtered(value, 'base64'), 'base64').toString()).toBe(value);
        expect(JSON.parse(filtered(value, 'base64', 'json'))).toBe(filtered(value, 'base64'));
      }),
    );
  });

  it('write what a shell reads as the same', () => {
    const values = fc.sample(text, 50).filter((value) => !value.includes('\0'));
    const script = values.map((value) => `printf '%s\\0' ${filtered(value, 'shell')}`).join('\n');
    expect(execFileSync('/bin/sh', ['-s'], { input: script }).toString().split('\0').slice(0, -1)).toEqual(values);
  });

  it('write no character that TOML or YAML do not take as it is', () => {
    expect(filtered('\u007f\u0085\u2028', 'toml')).toBe('"\\u007f\\u0085\\u2028"');
  });
});
