import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { type FileOperations, writeAtomically } from './atomic-file';

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
const modeOf = (file: string) => fs.statSync(file).mode & 0o777;
const entries = () => fs.readdirSync(directory.path);

it('writes with the mode, and says whether something has changed', async () => {
  expect(await write('one')).toBe(true);
  expect([content(), modeOf(path)]).toEqual(['one', 0o600]);
  expect(await write('one')).toBe(false);
  expect(await write('one', { mode: 0o640 })).toBe(true);
  expect(modeOf(path)).toBe(0o640);
  expect(await write('two')).toBe(true);
  expect([content(), modeOf(path)]).toEqual(['two', 0o600]);
  expect(entries()).toEqual(['app.conf']);
});

it('gives readers the old content or the new one, never a part', async () => {
  await write('old');
  const reader = fs.openSync(path, 'r');
  await write('new content');
  expect(fs.readFileSync(reader, 'utf8')).toBe('old');
  fs.closeSync(reader);
});

it('has the draft open to nobody else from the beginning', async () => {
  const modes: number[] = [];
  const files = {
    ...promises,
    rename: (from: string, to: string) => {
      modes.push(modeOf(from));
      return promises.rename(from, to);
    },
    open: async (file: string, ...rest: [number, number]) => {
      const handle = await promises.open(file, ...rest);
      if (file !== directory.path) modes.push(modeOf(file));
      return handle;
    },
  } as FileOperations;
  await write('one', { mode: 0o644, files });
  expect(modes).toEqual([0o600, 0o644]);
});

describe('when something fails', () => {
  const failure = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const handleThatFails = (method: string) =>
    ({
      ...promises,
      open: async (...args: Parameters<typeof promises.open>) => {
        const handle = await promises.open(...args);
        return new Proxy(handle, {
          get: (target, name) => {
            if (name === method) return () => Promise.reject(failure);
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
          },
        });
      },
    }) as FileOperations;

  it.each(['writeFile', 'chmod', 'sync'])('at %s, leaves what was there, and nothing beside it', async (method) => {
    await write('old');
    await expect(write('new', { files: handleThatFails(method) })).rejects.toThrow('app.conf cannot be written: ENOSPC');
    expect([content(), entries()]).toEqual(['old', ['app.conf']]);
  });

  it('at the last step, leaves what was there, and nothing beside it', async () => {
    await write('old');
    const files = { ...promises, rename: () => Promise.reject(failure) };
    await expect(write('new', { files })).rejects.toThrow('ENOSPC');
    expect([content(), entries()]).toEqual(['old', ['app.conf']]);
  });

  it('without a folder, says so', async () => {
    path = join(directory.path, 'none', 'app.conf');
    await expect(write('new')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('ENOENT') });
  });
});

it('refuses what is no regular file', async () => {
  fs.symlinkSync('/etc/passwd', path);
  await expect(write('new')).rejects.toThrow('is a symbolic link: name the file that it leads to');
  fs.rmSync(path);
  fs.mkdirSync(path);
  await expect(write('new')).rejects.toThrow('must be a regular file');
});

it('removes what a killed process has left, and nothing of one that is at work', async () => {
  const [old, young] = ['old', 'young'].map((name) => join(directory.path, `.app.conf.strongroom-${name}`));
  fs.writeFileSync(old!, 'a value');
  fs.utimesSync(old!, 0, 0);
  fs.writeFileSync(young!, 'a value');
  await write('new');
  expect(entries().sort()).toEqual(['.app.conf.strongroom-young', 'app.conf']);
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;
asRoot('keeps the owner of the file', async () => {
  await write('old');
  fs.chownSync(path, 12_345, 54_321);
  await write('new', { mode: 0o640 });
  const { uid, gid } = fs.statSync(path);
  expect([uid, gid, modeOf(path), content()]).toEqual([12_345, 54_321, 0o640, 'new']);
});
