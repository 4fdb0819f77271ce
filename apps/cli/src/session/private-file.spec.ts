import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { readPrivateFile, writePrivateFile } from './private-file';

const directory = temporaryDirectory('private-file');
afterAll(() => directory.remove());

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('writes what only its owner can read, in a folder that only its owner can enter', async () => {
  const file = join(directory.path, 'new/file');
  await writePrivateFile(file, 'first');
  chmodSync(join(directory.path, 'new'), 0o755);
  await writePrivateFile(file, 'second');
  expect([modeOf(file), modeOf(join(directory.path, 'new'))]).toEqual([0o600, 0o700]);
  expect(await readPrivateFile(file)).toBe('second');
  expect(readdirSync(join(directory.path, 'new'))).toEqual(['file']);
});

it('leaves what was there, and nothing beside it, when it cannot write', async () => {
  const file = join(directory.path, 'kept/file');
  await writePrivateFile(file, 'first');
  await expect(writePrivateFile(file, null as unknown as string)).rejects.toThrow(TypeError);
  expect(readdirSync(join(directory.path, 'kept'))).toEqual(['file']);
  expect(readFileSync(file, 'utf8')).toBe('first');
});

it.each([0o640, 0o604, 0o620, 0o601])('refuses a file of mode %o, by name and rule', async (mode) => {
  const file = join(directory.path, `open-${mode}`);
  writeFileSync(file, 'a secret');
  chmodSync(file, mode);
  await expect(readPrivateFile(file)).rejects.toMatchObject({
    message: `${file}: must have mode 0600: nobody but its owner may read or write it`,
    hint: `Run: chmod 600 ${file}`,
    exitCode: 2,
  });
});

it('says of a file that is missing that it is missing, and of a folder that it is no file', async () => {
  expect(await readPrivateFile(join(directory.path, 'missing'))).toBeUndefined();
  await expect(readPrivateFile(directory.path)).rejects.toThrow('must be a regular file');
});
