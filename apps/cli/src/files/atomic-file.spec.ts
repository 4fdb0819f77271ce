import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { join } from 'node:path';
import type { FileOperations } from '@strongroom/files';
import { temporaryDirectory } from '@strongroom/testing';
import { writeAtomically } from './atomic-file';

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory('atomic-file');
  path = join(directory.path, 'app.conf');
});
afterEach(() => directory.remove());

const write = (text: string, options: { mode?: number; files?: FileOperations } = {}) =>
  writeAtomically(path, Buffer.from(text), { mode: 0o600, ...options });
const content = () => fs.readFileSync(path, 'utf8');
const entries = () => fs.readdirSync(directory.path);

it('says whether something has changed', async () => {
  expect(await write('one')).toBe(true);
  expect(await write('one')).toBe(false);
  expect(await write('one', { mode: 0o640 })).toBe(true);
  expect([content(), fs.statSync(path).mode & 0o777]).toEqual(['one', 0o640]);
});

it('leaves what was there when something fails, and says what', async () => {
  await write('old');
  const failure = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const files = { ...promises, rename: () => Promise.reject(failure) };
  await expect(write('new', { files })).rejects.toMatchObject({ exitCode: 2, message: `${path} cannot be written: ENOSPC` });
  expect([content(), entries()]).toEqual(['old', ['app.conf']]);
  path = join(directory.path, 'none', 'app.conf');
  await expect(write('new')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('ENOENT') });
});

it('refuses what is no regular file', async () => {
  fs.symlinkSync('/etc/passwd', path);
  await expect(write('new')).rejects.toThrow('is a symbolic link: name the file that it leads to');
  fs.rmSync(path);
  fs.mkdirSync(path);
  await expect(write('new')).rejects.toThrow('must be a regular file');
});

it('removes what a killed process has left, and nothing of one that is at work', async () => {
  const [old, young] = ['old000000000', 'young0000000'].map((name) => join(directory.path, `.app.conf.draft-${name}`));
  fs.writeFileSync(old!, 'a value');
  fs.utimesSync(old!, 0, 0);
  fs.writeFileSync(young!, 'a value');
  await write('new');
  expect(entries().sort()).toEqual(['.app.conf.draft-young0000000', 'app.conf']);
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;
asRoot('keeps the owner of the file', async () => {
  await write('old');
  fs.chownSync(path, 12_345, 54_321);
  await write('new', { mode: 0o640 });
  const { uid, gid, mode } = fs.statSync(path);
  expect([uid, gid, mode & 0o777, content()]).toEqual([12_345, 54_321, 0o640, 'new']);
});
