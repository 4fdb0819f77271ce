import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { run, type TerminalOptions } from '../../testing/cli-harness.testing';
import { FakeSecrets } from '../../testing/fake-secrets.testing';
import { makeMemoryDirectory } from './memory-directory';

const directory = temporaryDirectory('edit');
afterAll(() => directory.remove());

let secrets: FakeSecrets;
beforeEach(() => {
  secrets = new FakeSecrets();
  secrets.add('shop/db', '{"user":"app","port":12345678901234567890}');
  secrets.add('text', 'one\ntwo');
});

/** An editor that is a script: $1 is the file. It notes what it found. */
const editor = (script: string): string => {
  const file = join(directory.path, 'editor');
  const notes = `stat -c '%a' "$1" "$(dirname "$1")" > ${directory.path}/modes; echo "$1" > ${directory.path}/name; cat "$1" > ${directory.path}/seen`;
  writeFileSync(file, `#!/bin/sh\n${notes}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const noted = (name: string) => readFileSync(join(directory.path, name), 'utf8');
const memory = () => readdirSync('/dev/shm').filter((name) => name.startsWith('strongroom-edit-'));

const edit = async (secret: string, script: string, options: TerminalOptions = {}) => {
  const before = memory();
  const result = await run(
    ['edit', secret],
    { env: { ...process.env, VISUAL: '', EDITOR: editor(script), XDG_RUNTIME_DIR: '' }, ...options },
    secrets.client,
  );
  // Nothing is left, however it ended.
  expect(memory()).toEqual(before);
  return result;
};

it('gives the editor a file in memory that only its owner can read, with JSON spread over lines', async () => {
  expect(await edit('shop/db', `sed -i 's/app/shop/' "$1"`)).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringMatching(/^Changed shop\/db/),
  });
  expect(noted('modes')).toBe('600\n700\n');
  expect(noted('name')).toMatch(/^\/dev\/shm\/strongroom-edit-\w+\/shop_db\.json\n$/);
  expect(noted('seen')).toBe('{\n  "user": "app",\n  "port": 12345678901234567890\n}');
  expect(secrets.value('shop/db')).toBe('{"user":"shop","port":12345678901234567890}');
  expect(secrets.labels('shop/db')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

it('leaves the line end that editors add where there was none', async () => {
  await edit('text', `printf 'one\\nthree\\n' > "$1"`);
  expect(secrets.value('text')).toBe('one\nthree');
});

it.each([
  ['nothing', ':'],
  ['but a line end', 'echo >> "$1"'],
])('writes nothing if the editor changes %s', async (_, script) => {
  expect(await edit('text', script)).toMatchObject({ code: 0, err: 'Nothing was changed.\n' });
  expect(secrets.calls).toEqual(['getSecretValue']);
});

it('writes nothing if the editor fails', async () => {
  expect(await edit('text', 'echo x > "$1"; exit 3')).toMatchObject({
    code: 1,
    err: expect.stringContaining('ended with code 3. Nothing was changed.'),
  });
  expect(secrets.value('text')).toBe('one\ntwo');
});

it('refuses what is no JSON any more, without a word of it', async () => {
  const { code, err } = await edit('shop/db', `echo '{"user": sesame}' > "$1"`);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'strongroom: It is not valid JSON: InvalidSymbol at line 1, column 10. Nothing was stored.\n',
  });
  expect(secrets.calls).toEqual(['getSecretValue']);
});

it('offers to go on with the text on a terminal', async () => {
  const script = `if grep -q broken "$1"; then echo '{"mended":1}' > "$1"; else echo broken > "$1"; fi`;
  expect(await edit('shop/db', script, { answers: [['Edit your text again?', 'y']] })).toMatchObject({ code: 0 });
  expect(secrets.value('shop/db')).toBe('{"mended":1}');
  expect(await edit('shop/db', 'echo broken > "$1"', { answers: [['Edit your text again?', 'n']] })).toMatchObject({ code: 2 });
});

it('overwrites nothing that somebody else stored meanwhile, and says what it was', async () => {
  let others = 1;
  secrets.interfere = (call) => {
    if (call === 'putSecretValue' && others-- > 0) secrets.put('shop/db', '{"user":"app","host":"db"}');
  };
  const { code, err } = await edit('shop/db', `sed -i 's/app/mine/' "$1"`);
  expect({ code, err }).toEqual({
    code: 6,
    err: 'strongroom: shop/db has changed meanwhile (host was added, port was removed). Nothing was stored.\n',
  });
  expect(secrets.value('shop/db')).toBe('{"user":"app","host":"db"}');
  expect(secrets.labels('shop/db')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

it('stores the text over it if the person says so', async () => {
  let others = 1;
  secrets.interfere = (call) => {
    if (call === 'putSecretValue' && others-- > 0) secrets.put('text', 'of another');
  };
  expect(await edit('text', 'echo mine > "$1"', { answers: [['Edit your text again?', 'y']] })).toMatchObject({ code: 0 });
  expect([secrets.value('text'), secrets.value('text', 'AWSPREVIOUS')]).toEqual(['mine', 'of another']);
});

it('refuses a value that is no text', async () => {
  secrets.add('key', Buffer.from([1]));
  expect(await edit('key', ':')).toMatchObject({ code: 2, err: expect.stringContaining('The value of key is binary') });
});

describe('a folder in memory', () => {
  it('is none on a disk, unless somebody says so', async () => {
    const candidates = ['/proc', '/missing', ''];
    await expect(makeMemoryDirectory({}, { candidates })).rejects.toMatchObject({
      message: expect.stringContaining('is a tmpfs'),
      hint: expect.stringContaining('--allow-disk'),
    });
    const made = await makeMemoryDirectory({}, { candidates, allowDisk: true });
    expect(existsSync(made.path)).toBe(true);
    await made.remove();
    expect(existsSync(made.path)).toBe(false);
  });
});
