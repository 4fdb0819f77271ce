import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '@strongroom/errors';
import { systemRandom } from '@strongroom/random';
import { silentLogger } from '@strongroom/telemetry';
import { Template } from '@strongroom/templates';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { FakeSource, versionOf } from '../testing/fake-source.testing';
import type { FileDescription } from './files-config';
import { KeptFile } from './kept-file';
import { KeptFiles } from './kept-files';

let folder: ReturnType<typeof temporaryDirectory>;
let source: FakeSource;
let path: string;
let retries: (() => void)[];
const kept: { close(): Promise<void> }[] = [];

const options = () => ({
  source,
  logger: silentLogger,
  random: systemRandom,
  after: (_milliseconds: number, task: () => void) => {
    retries.push(task);
    return () => undefined;
  },
});
const described = (more: Partial<FileDescription> = {}): FileDescription => ({
  path,
  secret: 'db',
  format: 'value',
  mode: 0o600,
  onDisk: true,
  onLoss: 'remove',
  ...more,
});
const keep = async (more: Partial<FileDescription> = {}, tell?: () => Promise<void>) => {
  const file = new KeptFile({ ...options(), description: described(more), tell });
  kept.push(file);
  await file.start();
  return file;
};
const text = () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const becomes = (expected: string | undefined) => eventually(`the file holds ${expected}`, () => text() === expected);
/** The content is there a moment before the write has ended. */
const isCurrent = (file: KeptFile) => eventually('the file is current', () => file.state === 'current');

beforeEach(() => {
  folder = temporaryDirectory('kept');
  path = join(folder.path, 'db.txt');
  source = new FakeSource();
  source.secrets.set('db', versionOf('one'));
  retries = [];
});
afterEach(async () => {
  for (const one of kept.splice(0)) await one.close();
  folder.remove();
});

it('holds the value, then the next one, with its mode and nothing beside it', async () => {
  const file = await keep({ mode: 0o640 });
  expect([text(), file.state]).toEqual(['one', 'current']);
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  source.change('db', versionOf('two'));
  await becomes('two');
  expect(readdirSync(folder.path)).toEqual(['db.txt']);
});

it('replaces the file, so that whoever has the old one open reads it to its end', async () => {
  await keep();
  const other = join(folder.path, 'other');
  linkSync(path, other);
  source.change('db', versionOf('two'));
  await becomes('two');
  expect(readFileSync(other, 'utf8')).toBe('one');
});

it('replaces a link, and does not write where it leads', async () => {
  const target = join(folder.path, 'target');
  writeFileSync(target, 'not ours');
  symlinkSync(target, path);
  await keep();
  expect([text(), readFileSync(target, 'utf8')]).toEqual(['one', 'not ours']);
  expect(statSync(path).ino).not.toBe(statSync(target).ino);
});

it('tells of a change, and of nothing else', async () => {
  let told = 0;
  const tell = async () => void told++;
  const after = { command: ['true'], timeoutSeconds: 1 };
  await keep({ after }, tell);
  expect(told).toBe(1);
  source.change('db', versionOf('one'));
  source.change('db', versionOf('two'));
  await becomes('two');
  await eventually('it is told', () => told === 2);
  // A new start finds the file as it must be.
  await keep({ after }, tell);
  expect(told).toBe(2);
});

it('mends the mode of a file that has the right content', async () => {
  await keep();
  chmodSync(path, 0o604);
  source.change('db', versionOf('one'));
  await eventually('the mode is right', () => (statSync(path).mode & 0o7777) === 0o600);
});

it.each([
  ['remove', undefined],
  ['keep', 'one'],
] as const)('lost its secret: %s', async (onLoss, left) => {
  const file = await keep({ onLoss });
  source.lose('db');
  await eventually('it is lost', () => file.state === 'lost');
  expect(text()).toBe(left);
  source.change('db', versionOf('again'));
  await becomes('again');
  await isCurrent(file);
});

it('removes what an earlier start has left of a secret that is lost now', async () => {
  writeFileSync(path, 'old');
  source.secrets.delete('db');
  expect((await keep()).state).toBe('lost');
  expect(text()).toBeUndefined();
});

it('keeps the file while the cluster is away, and tries again', async () => {
  writeFileSync(path, 'old');
  source.secrets.set('db', () => {
    throw new DomainError({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'away' });
  });
  const file = await keep();
  expect([text(), file.state]).toEqual(['old', 'late']);
  source.secrets.set('db', versionOf('new'));
  retries.pop()!();
  await becomes('new');
  await isCurrent(file);
});

it('keeps the file when the value cannot become it', async () => {
  source.secrets.set('db', versionOf('{"a":"one"}'));
  const file = await keep({ field: 'a' });
  source.change('db', versionOf('no JSON'));
  await eventually('it is wrong', () => file.state === 'wrong');
  expect(text()).toBe('one');
});

it('holds values of several secrets, while all of them can be read', async () => {
  source.secrets.set('key', versionOf('k'));
  const template = Template.parse('{{ strongroom://db }}, {{ strongroom://key | json }}, {{ strongroom://db }}', 'tpl');
  const file = await keep({ secret: undefined, template });
  expect(text()).toBe('one, "k", one');
  source.change('key', versionOf('l'));
  await becomes('one, "l", one');
  source.lose('key');
  await becomes(undefined);
  const asked = source.asked.length;
  source.change('db', versionOf('two'));
  await eventually('both are read', () => source.asked.length === asked + 2);
  await new Promise(setImmediate);
  expect([text(), file.state]).toEqual([undefined, 'lost']);
  source.change('key', versionOf('m'));
  await becomes('two, "m", two');
});

it('leaves what was there when it cannot write', async () => {
  await keep();
  const blocked = join(folder.path, 'folder');
  mkdirSync(blocked);
  const file = await keep({ path: blocked });
  expect(file.state).toBe('late');
  expect(readdirSync(folder.path).sort()).toEqual(['db.txt', 'folder']);
});

it('removes what a killed agent has left', async () => {
  writeFileSync(join(folder.path, '.db.txt.draft-abcdefghijkl'), 'half');
  writeFileSync(join(folder.path, '.db.txt.draft'), 'not ours');
  await keep();
  expect(readdirSync(folder.path).sort()).toEqual(['.db.txt.draft', 'db.txt']);
});

it('runs the command, without a shell and without the agent’s environment', async () => {
  const out = join(folder.path, 'out');
  process.env.STRONGROOM_TOKEN = 'hidden';
  const command = ['/bin/sh', '-c', 'echo "$0 $STRONGROOM_TOKEN" > "$1"', '$HOME', out];
  await keep({ after: { command, timeoutSeconds: 10 } });
  expect(readFileSync(out, 'utf8')).toBe('$HOME \n');
});

it('signals the process whose id a file has', async () => {
  const heard = new Promise((resolve) => process.once('SIGUSR2', resolve));
  const pidFile = join(folder.path, 'pid');
  // A child of ours would need a program of its own; the rule against the agent's own id is the only one that is left out.
  const child = (await import('node:child_process')).spawn(process.execPath, [
    '-e',
    `process.on('SIGHUP', () => { process.kill(${process.pid}, 'SIGUSR2'); process.exit(); }); console.log(1); setTimeout(() => {}, 20000)`,
  ]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  writeFileSync(pidFile, `${child.pid}\n`);
  await keep({ after: { signal: 'SIGHUP', pidFile, timeoutSeconds: 1 } });
  await heard;
});

it('refuses a folder that is not in memory, unless it is told that this is right', async () => {
  const start = (description: FileDescription) => KeptFiles.start([description], options());
  await expect(start(described({ path: '/proc/db.txt', onDisk: false }))).rejects.toThrow(
    'STRONGROOM_AGENT_FILES: /proc/db.txt: must be in memory, such as on a tmpfs; onDisk: true allows it all the same',
  );
  await expect(start(described({ path: join(folder.path, 'no', 'db.txt') }))).rejects.toThrow(
    'its folder cannot be used (ENOENT)',
  );
  const files = await start(described());
  kept.push(files);
  expect([files.count('current'), files.count('late')]).toEqual([1, 0]);
});
