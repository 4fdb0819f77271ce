import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Cli } from './cli';
import { commands } from './commands';
import { EXIT } from './exit-code';
import { programOf } from './program';
import { run, TestTerminal } from './testing/cli-harness.testing';

const PAGE = join(__dirname, '../../../docs/cli.md');
const page = readFileSync(PAGE, 'utf8');

interface Described {
  path: string;
  command: Command;
}
const described = (command: Command, path: readonly string[] = []): Described[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => {
      const own = [...path, child.name()];
      return [{ path: own.join(' '), command: child }, ...described(child, own)];
    });

Object.assign(globalThis, { __STRONGROOM_VERSION__: '0.0.0-test' });
const all = described(programOf(new Cli(new TestTerminal()), commands, () => undefined));

describe.each(all)('strongroom $path', ({ path, command }) => {
  it('says what it does and what its options mean, with an example', async () => {
    const { code, out } = await run([...path.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/\nExamples?:\n( {2}\$ .+\n)+/);
    // A file needs no word before its name.
    expect(out).toContain(`$ strongroom ${path === 'import file' ? 'import' : path}`);
    expect(command.description()).toMatch(/^[^A-Z].*[^.]$/);
    expect(command.options.filter(({ hidden, description }) => !hidden && !description)).toEqual([]);
  });
});

/** The last section of docs/cli.md. STRONGROOM_WRITE_COMMANDS=1 writes it. */
const reference = (): string => {
  const rows = all.map(({ path, command }) => {
    const usage = [path, ...command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`))];
    const options = command.options.filter(({ hidden }) => !hidden).map(({ long }) => `\`${long}\``);
    return `| \`${usage.join(' ')}\` | ${command.description().replaceAll('|', '\\|')} | ${options.join(' ')} |`;
  });
  return ['| command | what it does | options |', '| --- | --- | --- |', ...rows].join('\n');
};

/** Without what the formatter makes of it. */
const cells = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| --'))
    .map((line) => line.replace(/ +/g, ' '));

const section = (title: string): string => new RegExp(`## ${title}\\n([^]*?)(\\n## |$)`).exec(page)![1]!;

it('has every command with its options in docs/cli.md', () => {
  if (process.env.STRONGROOM_WRITE_COMMANDS) {
    writeFileSync(PAGE, page.replace(section('Every command'), `\n${reference()}\n`));
    return;
  }
  expect(cells(section('Every command'))).toEqual(cells(reference()));
});

it('shows every command on docs/cli.md', () => {
  expect(all.map(({ path }) => path.split(' ')[0]!).filter((name) => !page.includes(`strongroom ${name}`))).toEqual([]);
});

it('has every exit code in docs/cli.md, and no other', () => {
  const rows = [...section('Exit codes').matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(EXIT));
});

it.each([
  ['an unknown command', ['gett', 'x'], "unknown command 'gett'"],
  ['an unknown option', ['get', 'x', '--nothing'], "unknown option '--nothing'"],
  ['a missing argument', ['get'], "missing required argument 'secret'"],
  ['a format that is none', ['ls', '-o', 'xml'], 'Allowed choices are json, yaml, table, text'],
  ['a time that is none', ['ls', '--timeout', '0'], 'It must be a number of seconds'],
])('ends with 2 for %s', async (_, args, problem) => {
  expect(await run(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(problem) });
});

it('knows its own options before and after the command', async () => {
  const env = { XDG_CONFIG_HOME: '/nowhere' };
  for (const args of [
    ['-p', 'x', 'ls'],
    ['ls', '-p', 'x'],
    ['profile', 'show', '--profile', 'x'],
  ]) {
    expect((await run(args, { env })).err).toContain('There is no profile "x"');
  }
});

it('prints help without colours, also on a terminal', async () => {
  expect((await run(['--help'], { tty: true })).out).not.toMatch(/\u001b/);
});
