import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { temporaryDirectory } from '@strongroom/testing';
import { CliError } from '../../../cli-error';
import { currentOf, type SourceSecret } from '../../source';
import { type FileOptions, formatOf, openFileSource } from './file.source';

const directory = temporaryDirectory('file-source');
afterAll(() => directory.remove());

const stdin = (text: string) => ({ stdin: Readable.from([text]) });
const open = async (name: string, content: string | Buffer, options: Partial<FileOptions> = {}) => {
  const file = join(directory.path, name);
  writeFileSync(file, content);
  return openFileSource({ file, format: 'json', as: 'secrets', ...options }, stdin(''));
};
const faultOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'none',
    (error: unknown) => (error instanceof CliError ? error.message : `defect: ${String(error)}`),
  );
const all = async (source: Awaited<ReturnType<typeof openFileSource>>, wanted = (_: string) => true) => {
  const items: SourceSecret[] = [];
  for await (const item of source.secrets(wanted)) items.push(item as SourceSecret);
  return items;
};

it.each([
  ['.env', 'env'],
  ['/x/.env.production', 'env'],
  ['prod.env', 'env'],
  ['a.json', 'json'],
  ['a.YML', 'yaml'],
  ['a.yaml', 'yaml'],
  ['a.csv', 'csv'],
  ['a.age', 'age'],
])('knows %s by its name', (file, format) => {
  expect(formatOf(file)).toBe(format);
});

it('asks for the format of other names', () => {
  expect(() => formatOf('secrets.txt')).toThrow(CliError);
});

it('makes one secret of a file, or one of each entry', async () => {
  const text = 'A=1\nB="two\nlines"';
  const [one] = await all(await open('.env', text, { format: 'env', as: 'object', name: 'prod/app' }));
  expect(one!.name).toBe('prod/app');
  expect(currentOf(one!)!.value.secretString).toBe('{"A":"1","B":"two\\nlines"}');
  const many = await all(await open('.env', text, { format: 'env' }), (name) => name === 'B');
  expect(many.map(({ name }) => name)).toEqual(['B']);
});

it('reads standard input', async () => {
  const source = await openFileSource({ file: '-', format: 'yaml', as: 'object', name: 'x' }, stdin('a: 1\n'));
  expect(currentOf((await all(source))[0]!)!.value.secretString).toBe('{"a":1}');
});

it('names the file and its fault, and nothing of its content', async () => {
  expect(await faultOf(open('bad.json', '{"password": hunter2}'))).toMatch(/bad\.json: It is not JSON[^h]*\.$/);
  expect(await faultOf(open('twice.csv', 'name,value\na,1\na,2', { format: 'csv' }))).toMatch(/twice\.csv: It has "a" twice/);
  expect(await faultOf(open('latin.json', Buffer.from([0x7b, 0xe4, 0x7d])))).toMatch(/latin\.json is not a text in UTF-8/);
  expect(await faultOf(openFileSource({ file: '/nowhere/x', format: 'json', as: 'secrets' }, stdin('')))).toMatch(
    /\/nowhere\/x: ENOENT/,
  );
  expect(await faultOf(open('big.env', Buffer.alloc(1024 * 1024 + 1, 'A'), { format: 'env' }))).toMatch(/longer than 1 MiB/);
  expect(await faultOf(open('list.json', '[]', { as: 'object', name: 'x' }))).toMatch(/must be an object/);
  expect(await faultOf(open('x.json', '{}', { as: 'object' }))).toMatch(/--name/);
});
