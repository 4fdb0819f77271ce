import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '@strongroom/local-cluster';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { builtProgram, strongroom } from './support/command-line';
import { type RunningSystem, System, unique } from './support/system';

jest.setTimeout(60_000);

let system: RunningSystem;
const directory = temporaryDirectory('cli-process');
const env = { PATH: process.env['PATH']!, HOME: directory.path, XDG_CONFIG_HOME: join(directory.path, 'config') };
const canary = () => `canary-${randomBytes(9).toString('hex')}`;

beforeAll(async () => {
  system = await System.running();
  expect((await strongroom(['login', '--store', 'file', '--env-file', system.cluster.environmentFile], { env })).code).toBe(0);
});
afterAll(async () => {
  directory.remove();
  await system?.stop();
});

const start = (args: readonly string[], more: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [builtProgram, ...args], { env: { ...env, ...more }, stdio: 'pipe' });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said.text += chunk.toString()));
  return { child, said, exited: once(child, 'exit') as Promise<[number | null]> };
};
const procOf = ({ pid }: ChildProcess, name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');

it('keeps a value from the list of processes, from its environment, and from core files', async () => {
  const [name, value] = [unique('process'), canary()];
  const { child, exited } = start(['set', name]);
  // It waits for the rest of its input.
  child.stdin.write(value);
  await eventually('the program runs', () => procOf(child, 'coredump_filter') === '00000000\n');
  expect(procOf(child, 'cmdline') + procOf(child, 'environ')).not.toContain(value);
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect((await strongroom(['get', name], { env })).out).toBe(value);
});

it('leaves no file when it is told to end while somebody edits', async () => {
  const name = await system.secret('open sesame');
  const [editor, mark] = [join(directory.path, 'editor'), join(directory.path, 'mark')];
  writeFileSync(editor, `#!/bin/sh\necho barley > "$1"\necho "$1" > ${mark}\nexec sleep 30\n`);
  chmodSync(editor, 0o755);
  const { child, exited, said } = start(['edit', name], { EDITOR: editor });
  const file = await eventually('the editor runs', () => existsSync(mark) && readFileSync(mark, 'utf8').trim());
  // Ctrl-C belongs to the editor.
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await exited).toEqual([130, null]);
  expect(existsSync(file)).toBe(false);
  expect(readdirSync('/dev/shm').filter((entry) => file.startsWith(`/dev/shm/${entry}/`))).toEqual([]);
  expect(said.text).not.toMatch(/sesame|barley/);
  expect((await strongroom(['get', name], { env })).out).toBe('open sesame');
});

it('says nothing but its own words, by an IP address too', async () => {
  const [name, file] = [await system.secret('open sesame'), join(directory.path, 'env')];
  const variables = readFileSync(system.cluster.environmentFile, 'utf8');
  writeFileSync(file, variables.replaceAll('localhost:', '127.0.0.1:'), { mode: 0o600 });
  const login = await strongroom(['login', '--profile', 'ip', '--store', 'file', '--env-file', file], { env });
  expect(login).toMatchObject({ code: 0, err: expect.stringMatching(/^Signed in as .*\n$/) });
  expect(await strongroom(['get', name, '--profile', 'ip'], { env })).toEqual({ code: 0, out: 'open sesame', err: '' });
});

it('ends quietly when its reader leaves', async () => {
  const name = await system.secret('x'.repeat(60_000));
  const program: [string, ...string[]] = ['sh', '-c', `${process.execPath} ${builtProgram} get ${name} | head -c 1`];
  expect(await strongroom([], { env, program })).toEqual({ code: 0, out: 'x', err: '' });
});

const hasTerminals = isInstalled('script');
if (!hasTerminals)
  process.stderr.write('skipped: the command line on a terminal, because script (util-linux) is not installed\n');

(hasTerminals ? it : it.skip)('shows on a terminal neither what is typed nor what is stored', async () => {
  const [name, value] = [unique('typed'), canary()];
  const onTerminal = (command: string) =>
    spawn('script', ['-qec', `${process.execPath} ${builtProgram} ${command}`, '/dev/null'], { env: { ...env, TERM: 'xterm' } });
  const typing = onTerminal(`set ${name}`);
  let screen = '';
  typing.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  const exited = once(typing, 'exit');
  for (const question of [`Value of ${name}`, 'Again']) {
    await eventually(question, () => screen.includes(question));
    typing.stdin.write(`${value}\r`);
  }
  expect(await exited).toEqual([0, null]);
  expect(screen).not.toContain(value);
  expect((await strongroom(['get', name], { env })).out).toBe(value);

  const showing = onTerminal(`get ${name} --output json`);
  screen = '';
  showing.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  await once(showing, 'exit');
  expect(screen).toContain('********');
  expect(screen).not.toContain(value);
});
