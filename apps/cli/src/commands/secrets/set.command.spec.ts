import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { run, type TerminalOptions } from '../../testing/cli-harness.testing';
import { FakeSecrets } from '../../testing/fake-secrets.testing';
import { DRAFT_LABEL } from '@strongroom/secret-values';

const directory = temporaryDirectory('set');
afterAll(() => directory.remove());

let secrets: FakeSecrets;
beforeEach(() => (secrets = new FakeSecrets()));

const set = (args: string, options: TerminalOptions | string = '') =>
  run(['set', ...args.split(' ')], typeof options === 'string' ? { stdin: options } : options, secrets.client);

it('makes a secret, then another version of it', async () => {
  expect(await set('db', 'first')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(/^Created db: version version-/),
  });
  expect(await set('db --description of-the-shop', 'second')).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^Changed db/),
  });
  expect([secrets.value('db'), secrets.value('db', 'AWSPREVIOUS')]).toEqual(['second', 'first']);
  expect(secrets.secrets.get('db')!.description).toBe('of-the-shop');
  expect(JSON.parse((await set('db -o json', 'third')).out)).toMatchObject({ name: 'db', created: false });
});

it('makes another version if somebody else makes the secret meanwhile', async () => {
  secrets.interfere = (call) => {
    if (call === 'createSecret') secrets.add('db', 'of another');
  };
  expect(await set('db', 'mine')).toMatchObject({ code: 0, err: expect.stringMatching(/^Changed/) });
  expect([secrets.value('db'), secrets.value('db', 'AWSPREVIOUS')]).toEqual(['mine', 'of another']);
});

it.each([
  ['a line', '', 'open sesame\n', 'open sesame'],
  ['a line of Windows', '', 'open sesame\r\n', 'open sesame'],
  ['a line that was meant so', ' --exact', 'open sesame\n', 'open sesame\n'],
  ['several lines', '', 'a\nb\n', 'a\nb\n'],
  ['bytes', '', Buffer.from([255, 10]), Buffer.from([255, 10])],
  ['text as bytes', ' --binary', 'text', Buffer.from('text')],
])('stores %s', async (_, options, stdin, stored) => {
  expect((await set(`x${options}`, { stdin })).code).toBe(0);
  expect(secrets.value('x')).toEqual(stored);
});

it('stores a file byte by byte, and standard input as -', async () => {
  const file = join(directory.path, 'value');
  writeFileSync(file, 'a line\n');
  await set(`x --file ${file}`);
  expect(secrets.value('x')).toBe('a line\n');
  await set('x --file -', 'from a pipe');
  expect(secrets.value('x')).toBe('from a pipe');
  expect(await set('x --file /missing')).toMatchObject({ code: 2, err: 'strongroom: Cannot read /missing: ENOENT.\n' });
});

it('asks twice on a terminal, and shows nothing', async () => {
  const answers = [
    ['Value of x', 'open sesame'],
    ['Again', 'open sesame'],
  ] as const;
  const { code, out, err } = await set('x', { answers });
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).not.toContain('sesame');
  expect(secrets.value('x')).toBe('open sesame');
  const different = [answers[0], ['Again', 'open barley']] as const;
  expect(await set('x', { answers: different })).toMatchObject({
    code: 2,
    err: expect.stringContaining('The two answers differ'),
  });
  expect(secrets.labels('x')).toEqual(['AWSCURRENT']);
});

it.each(['', '\n'])('refuses an empty value (%j)', async (stdin) => {
  expect(await set('x', stdin)).toMatchObject({ code: 2, err: expect.stringContaining('The value is empty') });
  expect(secrets.secrets.size).toBe(0);
});

it('refuses a value that is too long, and does not read on', async () => {
  expect(await set('x', 'x'.repeat(65_537))).toMatchObject({ code: 2, err: expect.stringContaining('longer than 65536 bytes') });
});

it('generates a password that nobody sees', async () => {
  const { code, out, err } = await set('x --generate --length 40');
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).not.toContain('xx');
  expect(secrets.value('x')).toBe('x'.repeat(40));
});

describe('one field', () => {
  it('leaves the others, their order, long numbers and spaces', async () => {
    secrets.add('db', '{ "port": 12345678901234567890, "password": "old" }');
    expect((await set('db --key password', 'new\n')).code).toBe(0);
    expect(secrets.value('db')).toBe('{ "port": 12345678901234567890, "password": "new" }');
    await set('db --key __proto__', 'x');
    expect(JSON.parse(secrets.value('db') as string)).toHaveProperty(['__proto__'], 'x');
    expect(secrets.labels('db')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('begins a secret, and a secret without a value', async () => {
    expect((await set('new --key password', 'x')).err).toMatch(/^Created/);
    secrets.add('empty');
    expect((await set('empty --key password', 'x')).err).toMatch(/^Changed/);
    expect([secrets.value('new'), secrets.value('empty')]).toEqual(['{"password":"x"}', '{"password":"x"}']);
  });

  it('keeps what somebody else writes at the same time', async () => {
    secrets.add('db', '{"user":"app"}');
    let others = 2;
    secrets.interfere = (call) => {
      if (call === 'updateSecretVersionStage' && others-- > 0) secrets.put('db', `{"user":"app","of":"another ${others}"}`);
    };
    expect((await set('db --key password', 'mine')).code).toBe(0);
    expect(secrets.value('db')).toBe('{"user":"app","of":"another 0","password": "mine"}');
    expect(secrets.labels('db')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it.each([
    ['before its value was the current one', false],
    ['after it', true],
  ])('takes over from one that was killed %s', async (_, isCurrent) => {
    secrets.add('db', '{"user":"app","password":"old"}');
    const draft = { secretId: 'db', secretString: '{"user":"app","password":"of the killed one"}' };
    const stages = [DRAFT_LABEL, ...(isCurrent ? ['AWSCURRENT'] : [])];
    await secrets.client.secrets.putSecretValue({ ...draft, versionStages: stages });
    expect(secrets.labels('db')).toContain(DRAFT_LABEL);
    expect((await set('db --key user', 'mine')).code).toBe(0);
    const password = isCurrent ? 'of the killed one' : 'old';
    expect(JSON.parse(secrets.value('db') as string)).toEqual({ user: 'mine', password });
    expect(secrets.labels('db')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('gives up in the end, and leaves what is there', async () => {
    secrets.add('db', '{}');
    secrets.interfere = (call) => {
      if (call === 'updateSecretVersionStage') secrets.put('db', '{"of":"another"}');
    };
    expect(await set('db --key password', 'mine')).toMatchObject({
      code: 6,
      err: expect.stringContaining('has changed meanwhile'),
    });
    expect(secrets.value('db')).toBe('{"of":"another"}');
  });

  it('needs a JSON object', async () => {
    secrets.add('text', 'open sesame');
    const { code, err } = await set('text --key password', 'x');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'strongroom: --key: the value of text is not a JSON object, so it has no keys.\n',
    });
  });
});

it('stores no value if there is none to store', async () => {
  expect((await set('x --no-value --description d')).code).toBe(0);
  expect(secrets.value('x')).toBeUndefined();
  expect((await set('x --no-value --description e')).code).toBe(0);
  expect(secrets.secrets.get('x')!.description).toBe('e');
});

it.each([
  ['--generate --file f', '--generate and --file'],
  ['--length 5', '--length and the other options of passwords go with --generate'],
  ['--key k --description d', '--key: does not go with'],
  ['--no-value --generate', '--no-value: goes with'],
  ['--stage s --description d', '--stage: does not go with'],
  ['--tag k', 'It must be key=value'],
  ['--length 0 --generate', 'It must be a whole number from 1 to 4096'],
])('refuses %s', async (options, problem) => {
  expect(await set(`x ${options}`, 'value')).toMatchObject({ code: 2, err: expect.stringContaining(problem) });
  expect(secrets.calls).toEqual([]);
});

it('says what was done if the tags fail', async () => {
  secrets.add('x', 'old');
  secrets.interfere = (call) => {
    if (call === 'tagResource') throw new Error('the cluster is away');
  };
  expect(await set('x --tag a=b', 'new')).toMatchObject({
    code: 7,
    err: expect.stringContaining('was stored, but not its tags'),
  });
  expect(secrets.value('x')).toBe('new');
});
