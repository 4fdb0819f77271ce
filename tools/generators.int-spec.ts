import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@strongroom/testing';

const root = resolve(__dirname, '..');
/** The sources of the workspace, where a generator may change what it likes. */
const copy = temporaryDirectory('generators');

const isMade = (path: string) => /\/(node_modules|dist|generated|\.git|\.nx|\.strongroom[^/]*)$/.test(path);

/** Resolves with nothing; rejects with all that the program printed. */
const run = async (program: string, ...args: string[]): Promise<void> => {
  const environment = { ...process.env, NX_DAEMON: 'false', STRONGROOM_TEST_SERVERS: undefined, JEST_WORKER_ID: undefined };
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
  await bin('nx', 'generate', './tools/nx:service', 'greeting-service', '--description=greetings, and who sent them');
  await run('node', 'tools/generate-contracts.mjs');
  // Compiler and ESLint read what was made and changed, and what that imports.
  const changed = ['apps/greeting-service', 'apps/cluster-setup', 'libs/field-notes', 'libs/methods', 'libs/local-cluster'];
  const include = changed.map((folder) => `${folder}/src/**/*.ts`);
  edit('tsconfig.base.json', /"include": \[.*\]/, `"include": ${JSON.stringify(include)}`);
  made = filesIn('apps/greeting-service', 'libs/field-notes', 'libs/methods', 'libs/local-cluster', 'proto', 'docs', 'docker');
});
afterAll(() => copy.remove());

it('makes a library and a service that compile', () => bin('tsc', '-p', 'tsconfig.base.json'));

it('that pass lint', async () => {
  await bin('eslint', '--max-warnings=0', 'apps/greeting-service', 'libs/field-notes', 'libs/methods');
  await bin('prettier', '--check', '--log-level=warn', '--ignore-unknown', ...made);
  await bin('buf', 'lint', 'proto');
});

it('that are where the project looks for them, in containers and docs', () =>
  tests('unit', 'libs/field-notes', 'apps/cluster-setup', 'tools/documentation.spec.ts', 'tools/page-tables.spec.ts'));

it('that serve callers over TLS', () => tests('integration', 'apps/greeting-service'));
