import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(__dirname, '..');
const libs = readdirSync(join(root, 'libs'));
const guides = join(root, 'docs/guides');
const pages = [
  ...libs.map((lib) => join('libs', lib, 'README.md')),
  'tools/package/README.md',
  ...(existsSync(guides) ? readdirSync(guides).map((file) => join('docs/guides', file)) : []),
];

/**
 * The TypeScript of a page, by the name of a file beside it. Each snippet includes the lines before it, so that lines keep their
 * numbers.
 */
const snippetsOf = (page: string): [file: string, code: string][] => {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ index, 1: code }, i) => {
    const lines = text.slice(0, index).split('\n').length;
    return [join(root, `${page}.${i}.ts`), `${'\n'.repeat(lines)}${code}`];
  });
};

const snippets = new Map(pages.filter((page) => existsSync(join(root, page))).flatMap(snippetsOf));

/** All snippets in one program: what they share is read and checked once. */
const problems = (): string[] => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (file) => ts.sys.readFile(file)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  // The host itself, for it reads sources through its own methods.
  host.fileExists = (file) => snippets.has(file) || onDisk.fileExists(file);
  host.readFile = (file) => snippets.get(file) ?? onDisk.readFile(file);
  const program = ts.createProgram([...snippets.keys()], options, host);
  return [...snippets.keys()].flatMap((name) => {
    const file = program.getSourceFile(name)!;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ start, messageText }) => {
      const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
      const page = name.slice(root.length + 1).replace(/\.\d+\.ts$/, '');
      return `${page}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
};

it.each(libs)('libs/%s says what it is and shows its use', (lib) => {
  const file = join('libs', lib, 'README.md');
  expect(readFileSync(join(root, file), 'utf8')).toMatch(new RegExp(`^# @strongroom/${lib}\n`));
  expect([...snippets.keys()].filter((name) => name.startsWith(join(root, file)))).not.toEqual([]);
});

it('has no snippet that does not compile', () => {
  expect(problems()).toEqual([]);
}, 120_000);
