import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFiles, describeFiles, readManifest } from './manifest';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (more: object = {}, files: { name: string; bytes: number; digest: string }[] = []) =>
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ format: 1, files, ...more }));

it('notices every file that is not as it was', async () => {
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'database.sql.gz'), 'a dump');
  writeFileSync(join(folder, 'secrets', 'x'), 'a password');
  const files = await describeFiles(folder);
  expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['database.sql.gz', 6],
    ['secrets/x', 10],
  ]);
  write({}, files);
  const manifest = readManifest(folder);
  await checkFiles(folder, manifest);
  writeFileSync(join(folder, 'secrets', 'x'), 'A password');
  await expect(checkFiles(folder, manifest)).rejects.toThrow(/secrets\/x is not as it was written/);
  rmSync(join(folder, 'secrets', 'x'));
  await expect(checkFiles(folder, manifest)).rejects.toThrow(/secrets\/x is missing/);
});

it('refuses what is no backup, is of another format, or reaches out of its folder', () => {
  const file = (name: string) => [{ name, bytes: 1, digest: '' }];
  expect(() => readManifest(join(folder, 'secrets'))).toThrow(/is no backup/);
  write({ format: 2 });
  expect(() => readManifest(folder)).toThrow(/has format 2/);
  for (const name of ['../x', '/etc/passwd', 'a/../../x']) {
    write({}, file(name));
    expect(() => readManifest(folder)).toThrow(/outside of its folder/);
  }
  write({}, file('a..b/..c'));
  expect(readManifest(folder).files).toHaveLength(1);
});
