import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { makePrivateFolder } from './private-folder';
import { type FileContent, type FileOperations, removeDrafts, removeFile, replaceFile, updateFile } from './replace-file';

let folder: ReturnType<typeof temporaryDirectory>;
let path: string;
beforeEach(() => {
  folder = temporaryDirectory('replace-file');
  path = join(folder.path, 'app.conf');
});
afterEach(() => folder.remove());

const replace = (content: FileContent, options: { mode?: number; files?: FileOperations } = {}) =>
  replaceFile(path, content, { mode: 0o600, ...options });
const update = (text: string, mode = 0o600) => updateFile(path, Buffer.from(text), { mode });
const content = () => fs.readFileSync(path, 'utf8');
const modeOf = (file: string) => fs.statSync(file).mode & 0o777;
const entries = () => fs.readdirSync(folder.path).sort();
async function* pieces(...texts: string[]) {
  for (const text of texts) {
    if (text === 'no more') throw new Error(text);
    yield Buffer.from(text);
  }
}

it('changes a file that is not as it must be, and says so', async () => {
  expect(await update('one')).toBe(true);
  expect([content(), modeOf(path)]).toEqual(['one', 0o600]);
  expect(await update('one')).toBe(false);
  expect(await update('one', 0o640)).toBe(true);
  expect(modeOf(path)).toBe(0o640);
  expect(await update('two')).toBe(true);
  expect([content(), modeOf(path)]).toEqual(['two', 0o600]);
  expect(entries()).toEqual(['app.conf']);
});

it('gives readers the old content or the new one, never a part', async () => {
  await replace('old');
  const reader = fs.openSync(path, 'r');
  await replace('new content');
  expect(fs.readFileSync(reader, 'utf8')).toBe('old');
  fs.closeSync(reader);
});

it('takes content piece by piece', async () => {
  await replace(pieces('one', ' and ', 'two'));
  expect(content()).toBe('one and two');
  await expect(replace(pieces('half', 'no more'))).rejects.toThrow('no more');
  expect([content(), entries()]).toEqual(['one and two', ['app.conf']]);
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
      if (file !== folder.path) modes.push(modeOf(file));
      return handle;
    },
  } as FileOperations;
  await replace('one', { mode: 0o644, files });
  expect(modes).toEqual([0o600, 0o644]);
});

it('replaces a link, and leaves what it leads to', async () => {
  const other = join(folder.path, 'other');
  fs.writeFileSync(other, 'of another');
  fs.symlinkSync(other, path);
  expect(await update('of another')).toBe(true);
  expect([fs.lstatSync(path).isFile(), fs.readFileSync(other, 'utf8')]).toEqual([true, 'of another']);
});

describe('when something fails', () => {
  const failing = (code: string, method: string, isMeant: (file: string) => boolean = () => true) =>
    ({
      ...promises,
      open: async (...args: Parameters<typeof promises.open>) => {
        const handle = await promises.open(...args);
        return new Proxy(handle, {
          get: (target, name) => {
            const failure = Object.assign(new Error(code), { code });
            if (name === method && isMeant(String(args[0]))) return () => Promise.reject(failure);
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
          },
        });
      },
    }) as FileOperations;

  it.each(['writeFile', 'chmod', 'sync'])('at %s, leaves what was there, and nothing beside it', async (method) => {
    await replace('old');
    await expect(replace('new', { files: failing('ENOSPC', method) })).rejects.toThrow('ENOSPC');
    expect([content(), entries()]).toEqual(['old', ['app.conf']]);
  });

  it('at the last step, leaves what was there, and nothing beside it', async () => {
    await replace('old');
    const files = { ...promises, rename: () => Promise.reject(new Error('no')) };
    await expect(replace('new', { files })).rejects.toThrow('no');
    expect([content(), entries()]).toEqual(['old', ['app.conf']]);
  });

  it('takes a folder that no system can sync, and tells of one that has failed', async () => {
    const isFolder = (file: string) => file === folder.path;
    await replace('new', { files: failing('EINVAL', 'sync', isFolder) });
    expect(content()).toBe('new');
    await expect(replace('newer', { files: failing('EIO', 'sync', isFolder) })).rejects.toThrow('EIO');
  });
});

describe('drafts of a process that was killed', () => {
  const draft = (letters: string) => {
    const file = join(folder.path, `.app.conf.draft-${letters}`);
    fs.writeFileSync(file, 'a value');
    return file;
  };

  it('go with the file, and nothing else', async () => {
    await replace('one');
    draft('abcdefghijkl');
    draft('of-the-person');
    await removeFile(path);
    expect(entries()).toEqual(['.app.conf.draft-of-the-person']);
    await removeFile(path);
  });

  it('go once they are old enough', async () => {
    fs.utimesSync(draft('old000000000'), 0, 0);
    draft('young0000000');
    await removeDrafts(path, { olderThanMs: 60_000 });
    expect(entries()).toEqual(['.app.conf.draft-young0000000']);
    await removeDrafts(path);
    expect(entries()).toEqual([]);
  });
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;
asRoot('gives the file away', async () => {
  await replaceFile(path, 'one', { mode: 0o640, gid: 54_321 });
  expect(fs.statSync(path)).toMatchObject({ uid: 0, gid: 54_321 });
  await replaceFile(path, 'two', { mode: 0o640, uid: 12_345 });
  expect(fs.statSync(path)).toMatchObject({ uid: 12_345, gid: 0 });
});

it('makes a folder private, also one that is there', async () => {
  const made = join(folder.path, 'a/b');
  await makePrivateFolder(made);
  fs.chmodSync(made, 0o755);
  await makePrivateFolder(made);
  expect(modeOf(made)).toBe(0o700);
});
