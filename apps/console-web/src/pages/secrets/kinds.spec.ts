import { type Draft, nameFault, tagFault, valueOf } from './kinds';

const draft = (part: Partial<Draft>): Draft => ({ kind: 'text', fields: {}, pairs: [], text: '', file: undefined, ...part });
const text = (part: Partial<Draft>): unknown => {
  const made = valueOf(draft(part));
  return 'value' in made ? made.value.value : made;
};

it('writes a database as the rotation functions read it', () => {
  const fields = { engine: 'postgres', host: ' db ', port: '5432', dbname: '', username: 'app', password: ' p ' };
  expect(JSON.parse(text({ kind: 'database', fields }) as string)).toEqual({
    engine: 'postgres',
    host: 'db',
    port: 5432,
    username: 'app',
    password: ' p ',
  });
});

it('names each field that is missing or wrong', () => {
  const made = valueOf(draft({ kind: 'database', fields: { engine: 'mysql', port: '70000' } }));
  expect(Object.keys('faults' in made ? made.faults : {})).toEqual([
    'fields.host',
    'fields.port',
    'fields.username',
    'fields.password',
  ]);
});

it('gives a private key its line end back', () => {
  expect(JSON.parse(text({ kind: 'ssh-key', fields: { privateKey: 'KEY' } }) as string)).toEqual({ privateKey: 'KEY\n' });
});

it('keeps the order of keys, and takes every key', () => {
  const pairs = [
    { key: 'b', value: '1' },
    { key: '__proto__', value: '2' },
    { key: '1', value: '' },
    { key: '', value: '' },
  ];
  expect(text({ kind: 'key-value', pairs })).toBe('{"b":"1","__proto__":"2","1":""}');
});

it.each([
  [[], /key/i],
  [[{ key: '', value: 'x' }], /key/i],
  [
    [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
    ],
    /a/,
  ],
])('refuses the pairs %j', (pairs, fault) => {
  expect(valueOf(draft({ kind: 'key-value', pairs }))).toEqual({ faults: { pairs: expect.stringMatching(fault) } });
});

it('counts bytes, not letters', () => {
  expect(valueOf(draft({ text: 'é'.repeat(32_768) }))).toHaveProperty('value');
  expect(valueOf(draft({ text: 'é'.repeat(32_768) + 'a' }))).toHaveProperty('faults.text');
  expect(valueOf(draft({ kind: 'file', file: new Uint8Array(0) }))).toHaveProperty('faults.file');
});

it('checks names and tags by the rules of the service', () => {
  expect(nameFault('prod/db+1_a=b.c@d-e')).toBeUndefined();
  expect([nameFault(''), nameFault('a b'), nameFault('x'.repeat(513))]).not.toContain(undefined);
  expect(
    tagFault([
      { key: 'team', value: 'pay' },
      { key: '', value: '' },
    ]),
  ).toBeUndefined();
  expect(tagFault([{ key: 'aws:x', value: '' }])).toBeDefined();
  expect(tagFault([{ key: '', value: 'x' }])).toBeDefined();
  expect(tagFault([{ key: 'a', value: 'x'.repeat(257) }])).toBeDefined();
});
