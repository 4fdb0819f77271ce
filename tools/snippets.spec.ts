import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const libs = readdirSync(join(root, 'libs'));
const guides = join(root, 'docs/guides');
const pages = [
  ...libs.map((lib) => join('libs', lib, 'README.md')),
  'tools/package/README.md',
  ...(existsSync(guides) ? readdirSync(guides).map((file) => join('docs/guides', file)) : []),
];

/** The TypeScript of a page, by names of files. Each snippet includes the lines before it, so that lines keep their numbers. */
const snippetsOf = (page: string): [file: string, code: string][] => {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ index, 1: code }, i) => {
    const lines = text.slice(0, index).split('\n').length;
    return [`${page}.${i}.ts`, `${'\n'.repeat(lines)}${code}`];
  });
};

const snippets = new Map(pages.filter((page) => existsSync(join(root, page))).flatMap(snippetsOf));

/** What the compiler says of all snippets. They are one program: what they share is read and checked once. */
const problems = (): string[] => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  // Within the workspace, where packages are found.
  const folder = mkdtempSync(join(root, 'dist/snippets-'));
  try {
    for (const [name, code] of snippets) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), code);
    }
    const config = { extends: join(root, 'tsconfig.base.json'), files: [...snippets.keys()] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
    const flags = ['--project', folder, '--pretty', 'false', '--singleThreaded'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, ...flags], { cwd: folder, encoding: 'utf8' });
    if (status === 0) return [];
    const said = stdout.split('\n').filter((line) => line.trim() !== '');
    return said.length > 0
      ? said.map((line) => line.replace(/^(.*)\.\d+\.ts\((\d+),\d+\): /, '$1:$2 '))
      : [`${status} ${stderr}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

it.each(libs)('libs/%s says what it is and shows its use', (lib) => {
  const file = join('libs', lib, 'README.md');
  expect(readFileSync(join(root, file), 'utf8')).toMatch(new RegExp(`^# @strongroom/${lib}\n`));
  expect([...snippets.keys()].filter((name) => name.startsWith(file))).not.toEqual([]);
});

it('has no snippet that does not compile', () => {
  expect(problems()).toEqual([]);
}, 120_000);
