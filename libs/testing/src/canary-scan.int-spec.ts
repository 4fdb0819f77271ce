import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanForCanaries } from './canary-scan';
import { temporaryDirectory } from './temporary-directory';

const canary = 'canary/"ünïque"+7c1d';
const directory = temporaryDirectory('canary');
afterAll(() => directory.remove());

const scanOf = async (content: string | Buffer) => {
  const file = join(directory.path, 'deep', 'file.bin');
  mkdirSync(join(directory.path, 'deep'), { recursive: true });
  writeFileSync(file, content);
  return (await scanForCanaries([directory.path], ['another-canary-000', canary])).filter((finding) => finding.canary === 1);
};

const bytes = (prefix: string) => Buffer.from(`${prefix}${canary} and what follows`);

it.each([
  ['raw', `..${canary}..`],
  ['JSON', JSON.stringify({ value: canary })],
  ['URL', `?q=${encodeURIComponent(canary)}`],
  ['hex', bytes('').toString('hex')],
  ['HEX', bytes('').toString('hex').toUpperCase()],
  ['base64', bytes('').toString('base64')],
  ['base64', bytes('x').toString('base64')],
  ['base64', bytes('xy').toString('base64')],
  ['base64url', bytes('xy').toString('base64url')],
  ['UTF-16', Buffer.from(canary, 'utf16le')],
])('finds a canary as %s', async (form, content) => {
  expect((await scanOf(content)).map((finding) => finding.form)).toContain(form);
});

it('finds a canary across the edge of two reads', async () => {
  const before = 4 * 1024 * 1024 - 5;
  const [finding] = await scanOf(Buffer.concat([Buffer.alloc(before), Buffer.from(canary)]));
  expect(finding).toMatchObject({ offset: before, form: 'raw' });
});

it('finds nothing where there is nothing', async () => {
  expect(await scanOf(`${canary.slice(0, -1)}?`)).toEqual([]);
});

it('refuses a canary that chance could find', async () => {
  await expect(scanForCanaries([directory.path], ['short'])).rejects.toThrow('fewer than 12');
});
