import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const isSource = (file: string) =>
  /\.(ts|mjs|cjs)$/.test(file) && !/(^|\/)generated\/|\/src\/testing\/|\/fixtures\/|\.[a-z-]*spec\.ts$/.test(file);

const sources = ['apps', 'libs', 'tools'].flatMap((top) =>
  (readdirSync(join(root, top), { recursive: true }) as string[]).filter(isSource).map((file) => join(top, file)),
);
const containers = readdirSync(join(root, 'docker'), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => join('docker', name));
const variablesIn = (text: string) => new Set(text.match(/\b(?:STRONGROOM|OTEL)_(?:[A-Z]+_)*[A-Z]+\b/g));
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((file) => join('docs', String(file))),
  ...readdirSync(join(root, 'libs')).map((lib) => join('libs', lib, 'README.md')),
  'tools/package/README.md',
]
  .filter((file) => file.endsWith('.md'))
  // A diff in a guide has the links of another page.
  .map((file) => ({ file, text: read(file).replaceAll(/^```diff\n.*?^```$/gms, '') }));

/** The anchors of a page's headings, formed as GitHub forms them. */
const anchorsIn = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Variables that a table has a row for. */
const described = new Set(
  documents.flatMap(({ text }) => [...text.matchAll(/^\| `((?:STRONGROOM|OTEL)_[A-Z_]+)`/gm)].map(([, name]) => name!)),
);

describe('the tables of variables', () => {
  const inCode = variablesIn([...sources, ...containers].map(read).join('\n'));

  it('have a row for every variable in the code', () => {
    expect(inCode.size).toBeGreaterThan(25);
    expect([...inCode].filter((name) => !described.has(name))).toEqual([]);
  });

  it('have no row for a variable that no code knows', () => {
    expect([...described].filter((name) => !inCode.has(name))).toEqual([]);
  });
});

describe.each(documents)('$file', ({ file, text }) => {
  it('names no variable that no table describes', () => {
    expect([...variablesIn(text)].filter((name) => !described.has(name))).toEqual([]);
  });

  it('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, path, anchor]) => ({
      target: path ? join(root, dirname(file), path) : join(root, file),
      anchor,
    }));
    const broken = links.filter(
      ({ target, anchor }) =>
        !existsSync(target) || (anchor !== undefined && !anchorsIn(readFileSync(target, 'utf8')).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it('names no file and no library or app that is not there', () => {
    const named = [...text.matchAll(/`((?:apps|libs|tools|proto|docs|docker)\/[^`*<>\s]+)`/g)].map(([, path]) => path!);
    // What begins with a dot, or has no ending and is no library or app, is made by commands.
    const kept = named.filter((path) => /\/[^./][^/]*\.[a-z]+$/.test(path) || /^(apps|libs)\/[^/]+$/.test(path));
    expect(kept.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names types where they are', () => {
    const named = [...text.matchAll(/`(\w+)`\s+\(`((?:apps|libs|tools)\/[^`]+\.ts)`\)/g)];
    const isThere = ([, name, path]: RegExpExecArray) =>
      existsSync(join(root, path!)) && new RegExp(`(interface|type|class)( \\{)? ${name}\\b`).test(read(path!));
    expect(named.filter((match) => !isThere(match)).map(([place]) => place)).toEqual([]);
  });

  it('names no npm script that is not there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
    const named = [...text.matchAll(/`npm (?:run )?([a-z]+)/g)].map(([, name]) => name!).filter((name) => name !== 'ci');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
