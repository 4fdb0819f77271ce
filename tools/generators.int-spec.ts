import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@strongroom/testing';
import { diffsIn } from './guides.testing';

const root = resolve(__dirname, '..');
/** The sources of the workspace, where a generator may change what it likes. */
const copy = temporaryDirectory('generators');

const isMade = (path: string) => /\/(node_modules|dist|generated|\.git|\.nx|\.strongroom[^/]*)$/.test(path);

/** Resolves with nothing; rejects with all that the program printed. */
const run = async (program: string, ...args: string[]): Promise<void> => {
  // Nothing of the run that this test is part of: what runs here is a workspace of its own.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(JEST|NX|STRONGROOM)_/.test(name));
  const more = { NX_DAEMON: 'false', GIT_CEILING_DIRECTORIES: dirname(copy.path) };
  const environment = { ...Object.fromEntries(inherited), ...more };
  try {
    await promisify(execFile)(program, args, { cwd: copy.path, env: environment, maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${[program, ...args].join(' ')}\n${stdout}\n${stderr}`);
  }
};
const bin = (program: string, ...args: string[]) => run(join('node_modules/.bin', program), ...args);
const tests = (level: string, ...paths: string[]) =>
  bin('jest', '--config', 'tools/jest.config.cjs', '--runInBand', '--selectProjects', level, '--', ...paths);

const filesIn = (...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    (readdirSync(join(copy.path, folder), { recursive: true }) as string[])
      .map((file) => join(folder, file))
      .filter((file) => statSync(join(copy.path, file)).isFile()),
  );

const edit = (file: string, from: RegExp, to: string) => {
  const path = join(copy.path, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
};

let made: string[];
// Compilers take their time where the machine does other work beside.
jest.setTimeout(300_000);

beforeAll(async () => {
  cpSync(root, copy.path, { recursive: true, filter: (path) => !isMade(path) });
  symlinkSync(join(root, 'node_modules'), join(copy.path, 'node_modules'));
  await bin('nx', 'generate', './tools/nx:lib', 'field-notes', '--scope=infrastructure');
  await bin('nx', 'generate', './tools/nx:service', 'greeting-service', '--description=greetings, one for each account');
  // From here on the service is the one that the guide ends with.
  writeFileSync(join(copy.path, 'guide.diff'), diffsIn(join(root, 'docs/guides/new-service.md')));
  await run('git', 'apply', 'guide.diff');
  await run('node', 'tools/generate-contracts.mjs');
  // Compiler and linter read what was made and changed, and what that imports.
  const changed = ['apps/greeting-service', 'apps/cluster-setup', 'libs/field-notes', 'libs/methods', 'libs/local-cluster'];
  const include = changed.map((folder) => `${folder}/src/**/*.ts`);
  edit('tsconfig.json', /"include": \[.*\]/, `"include": ${JSON.stringify(include)}`);
  made = filesIn('apps/greeting-service', 'libs/field-notes', 'libs/methods', 'libs/local-cluster', 'proto', 'docs', 'docker');
});
afterAll(() => copy.remove());

it('makes a library and a service that compile', () => run('node', 'node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json'));

it('that pass lint', async () => {
  await bin('oxlint', '--type-aware', 'apps/greeting-service', 'libs/field-notes', 'libs/methods');
  await bin('oxfmt', '--check', ...made);
  await bin('buf', 'lint', 'proto');
});

it('that are where the project looks for them: in containers, docs and the fuzzer', () => {
  const tools = ['documentation', 'page-tables', 'fuzz/requests/generate'].map((name) => `tools/${name}.spec.ts`);
  return tests('unit', 'libs/field-notes', 'apps/cluster-setup', ...tools);
});

it('that serve callers over TLS', () => tests('integration', 'apps/greeting-service'));
