import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { Dialogue, type Ended } from './support/cli-process';
import { builtProgram } from './support/command-line';

// What `run` is to its program needs no cluster: the variables here are plain text.
const folder = temporaryDirectory('cli-run');
const envFile = join(folder.path, 'plain.env');
writeFileSync(envFile, 'GREETING=hello world\n');
afterAll(() => {
  Dialogue.endAll();
  folder.remove();
});

const env = { PATH: process.env.PATH!, HOME: folder.path };
const runArguments = (...command: string[]) => ['run', '--env-file', envFile, '--', ...command];
const run = (...command: string[]) => Dialogue.strongroom(runArguments(...command), env);
const endOf = async (...command: string[]): Promise<Ended> => run(...command).ended;
/** The same for a shell. */
const commandLine = (...command: string[]) =>
  [process.execPath, builtProgram, ...runArguments(...command)].map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ');

/** Tells whether it has a terminal, and each signal that it gets with how many there were; ends by SIGTERM. */
const listening = join(folder.path, 'listening.js');
writeFileSync(
  listening,
  `if ([0, 1, 2].every(require('node:tty').isatty)) console.log('a terminal');
  const heard = {};
  for (const name of ['SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2']) {
    process.on(name, () => console.log(name, (heard[name] = (heard[name] ?? 0) + 1)));
  }
  process.on('SIGTERM', () => (console.log('SIGTERM'), process.exit(3)));
  setInterval(() => {}, 1_000);
  console.log('ready', process.pid);`,
);

it('gives the program its variables, and ends as it does', async () => {
  const hello = run('sh', '-c', 'echo "$GREETING"; echo error >&2; exit 7');
  expect(await hello.ended).toEqual({ code: 7, signal: null });
  expect([hello.out, hello.err]).toEqual(['hello world\n', 'error\n']);
  const ends = ['KILL', 'TERM', 'SEGV', 'PIPE'].map((name) => endOf('sh', '-c', `ulimit -c 0; kill -${name} $$`));
  expect((await Promise.all(ends)).map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGPIPE']);
});

it('says as shells do that a program is missing or is none', async () => {
  const [missing, none, folderItself] = [run('no-such-program'), run(envFile), run(folder.path)];
  expect([await missing.ended, await none.ended, await folderItself.ended].map(({ code }) => code)).toEqual([127, 126, 126]);
  expect(missing.err).toBe('strongroom: there is no program no-such-program\nIt is in none of the folders of PATH.\n');
  expect(none.err).toBe(`strongroom: ${envFile} cannot be executed\n`);
});

it('hands pipes on', async () => {
  const bytes = 'x'.repeat(3_000_000);
  const shell = (script: string) => spawnSync('bash', ['-c', script], { env, input: bytes, maxBuffer: 2 ** 23 });
  const through = shell(`${commandLine('cat')} | ${commandLine('cat')}`);
  expect([through.status, through.stdout.length]).toEqual([0, bytes.length]);
  // A reader that leaves ends the program by SIGPIPE, quietly.
  const left = shell(`${commandLine('yes')} | head -1; echo "\${PIPESTATUS[0]}"`);
  expect([left.stdout.toString(), left.stderr.toString()]).toEqual(['y\n141\n', '']);
  // Where a shell passes more than the standard streams.
  expect(shell(`${commandLine('sh', '-c', 'cat "$1"', 'sh')} <(echo more)`).stdout.toString()).toBe('more\n');
});

it('hands each signal on once', async () => {
  const program = run(process.execPath, listening);
  await program.prints(/ready/);
  for (const signal of ['HUP', 'INT', 'USR1', 'USR2', 'HUP', 'INT'] as const) {
    const before = program.out.length;
    program.child.kill(`SIG${signal}`);
    await eventually(`${signal} arrives`, () => program.out.length > before);
  }
  program.child.kill('SIGTERM');
  expect(await program.ended).toEqual({ code: 3, signal: null });
  expect(program.out.split('\n').slice(1)).toEqual([
    'SIGHUP 1',
    'SIGINT 1',
    'SIGUSR1 1',
    'SIGUSR2 1',
    'SIGHUP 2',
    'SIGINT 2',
    'SIGTERM',
    '',
  ]);
});

it('leaves no program behind when it is killed', async () => {
  if (!existsSync('/usr/bin/setpriv')) return console.warn('there is no setpriv: not tried');
  const killed = run('sh', '-c', 'echo "ready $$"; while :; do sleep 0.02; done');
  const [, pid] = await killed.prints(/ready (\d+)\n/);
  killed.child.kill('SIGKILL');
  await eventually('the program is gone', () => !existsSync(`/proc/${pid}`));
});

const stateOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) (\S) (\d+) .*$/s, '$1 $2')
    .split(' ');

it('is not in the way of a terminal and its keys', async () => {
  if (!existsSync('/usr/bin/script')) return console.warn('there is no script of util-linux: not tried');
  const shell = spawn('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
    env: { ...env, PS1: '> ' },
    stdio: 'pipe',
  });
  const terminal = new Dialogue(shell);
  terminal.type(`ulimit -c 0; ${commandLine(process.execPath, listening)}\n`);
  const [, pid] = await terminal.prints(/^a terminal\r\nready (\d+)\r\n/m);
  // Ctrl-C reaches the program once.
  terminal.type('\x03');
  await terminal.prints(/^(\^C)?SIGINT 1\r\n/m);
  // Ctrl-Z stops both, and gives the terminal back to the shell.
  terminal.type('\x1a');
  await terminal.prints(/Stopped/);
  const [state, parent] = stateOf(Number(pid));
  expect([state, stateOf(Number(parent))[0]]).toEqual(['T', 'T']);
  terminal.type('fg\n');
  await eventually('both go on', () => stateOf(Number(pid))[0] !== 'T' && stateOf(Number(parent))[0] !== 'T');
  terminal.type('\x03');
  await terminal.prints(/^(\^C)?SIGINT 2\r\n/m);
  // Ctrl-\ ends it by SIGQUIT.
  terminal.type('\x1c');
  terminal.type('echo "code=$?"\n');
  await terminal.prints(/^code=131\r\n/m);
  expect(terminal.out.match(/SIGINT \d+\r\n/g)).toEqual(['SIGINT 1\r\n', 'SIGINT 2\r\n']);
  terminal.type('exit\n');
  await terminal.ended;
});
