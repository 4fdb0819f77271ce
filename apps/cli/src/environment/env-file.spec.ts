import { parseEnvFile } from './env-file';

const read = (text: string) =>
  Object.fromEntries(
    parseEnvFile(text, 'app.env').map(({ name, template }) => [name, template.render(({ field }) => `<${field}>`).toString()]),
  );

it('reads lines as .env files have them', () => {
  const text = `\ufeff# a comment
export PLAIN=some text # with a comment
  EMPTY=
HASH=a#b
SINGLE='raw \\n # "text"' # comment
DOUBLE="two\\nlines \\"quoted\\" \\d # no comment"
OVER="first
second"
AFTER = spaced\r
DOLLAR=$HOME`;
  expect(read(text)).toEqual({
    PLAIN: 'some text',
    EMPTY: '',
    HASH: 'a#b',
    SINGLE: 'raw \\n # "text"',
    DOUBLE: 'two\nlines "quoted" \\d # no comment',
    OVER: 'first\nsecond',
    AFTER: 'spaced',
    DOLLAR: '$HOME',
  });
});

it('takes references alone, with filters, and amid text', () => {
  const text = `A=strongroom://prod/db#password
B="strongroom://prod/db#password | base64"
URL=mysql://app:{{ strongroom://prod/db#password | urlencode }}@db/shop
OTHER={{ .Values.name }}`;
  expect(read(text)).toEqual({
    A: '<password>',
    B: Buffer.from('<password>').toString('base64'),
    URL: 'mysql://app:%3Cpassword%3E@db/shop',
    OTHER: '{{ .Values.name }}',
  });
});

it.each([
  ['A=1\nnonsense', 'app.env:2: a line must be NAME=text'],
  ['1A=1', 'app.env:1: "1A" must be the name of a variable'],
  ['A-B=1', 'app.env:1: "A-B" must be the name of a variable'],
  ['A="open\nB=2', 'app.env:1: what follows the " must be closed'],
  ['A="x" y', 'app.env:1: what follows the " must be closed by another, and end the line'],
  ['\nA=strongroom://prod/db#pass word', 'app.env:2: A:1:1: a reference must look like'],
  ['A={{ strongroom://prod/db | rot13 }}', 'app.env:1: A:1:1: no filter is called "rot13"'],
])('refuses %j', (text, rule) => expect(() => parseEnvFile(text, 'app.env')).toThrow(rule));
