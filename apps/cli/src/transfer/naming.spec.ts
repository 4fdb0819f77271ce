import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@strongroom/testing';
import { namingOf } from './naming';

const directory = temporaryDirectory('naming');
afterAll(() => directory.remove());
const rename = (text: string): string => {
  const file = join(directory.path, 'renames');
  writeFileSync(file, text);
  return file;
};

it('strips, renames and prefixes, in this order', async () => {
  const naming = await namingOf({
    prefix: 'prod/',
    stripPrefix: 'app/',
    rename: rename('# rules\n^db$ => database\n\n_ => -\n'),
  });
  expect(['app/db', 'db', 'app/my_api_key', 'other/db'].map((name) => naming.nameOf(name))).toEqual([
    'prod/database',
    'prod/database',
    'prod/my-api-key',
    'prod/other/db',
  ]);
});

it('gives groups of an expression to its replacement', async () => {
  const naming = await namingOf({ rename: rename('^([a-z]+)/([a-z]+)$ => $2/$1') });
  expect(naming.nameOf('shop/prod')).toBe('prod/shop');
});

it('names the line of a rule that is none', async () => {
  await expect(namingOf({ rename: rename('a => b\nnonsense') })).rejects.toThrow(
    /renames:2: .*regular expression => replacement/,
  );
  await expect(namingOf({ rename: rename('( => b') })).rejects.toThrow(/renames:1: this is not a regular expression/);
  await expect(namingOf({ rename: '/nowhere/x' })).rejects.toThrow(/--rename: cannot read .*ENOENT/);
  await expect(namingOf({ prefix: 'a b' })).rejects.toThrow(/--prefix/);
});

it.each([
  ['Straße & Weg', '^Straße & Weg$ => Stra-e-Weg'],
  ['Café', '^Café$ => Cafe'],
  ['a|b(c)', '^a\\|b\\(c\\)$ => a-b-c-'],
])('says what a rule could make of %s, and the rule does so', async (name, line) => {
  const naming = await namingOf({ prefix: 'p/' });
  expect(naming.faultOf(`p/${name}`)).toMatch(/1 to 512 ASCII/);
  const suggestion = naming.faultOf(`p/${name}`)!.split('could have: ')[1]!;
  expect(suggestion).toBe(line);
  const renamed = await namingOf({ prefix: 'p/', rename: rename(suggestion) });
  expect(renamed.faultOf(renamed.nameOf(name))).toBeUndefined();
});

it('has nothing to suggest where nothing is left of a name', async () => {
  const naming = await namingOf({});
  expect(naming.faultOf('')).toMatch(/1 to 512/);
  expect(naming.faultOf('日本')).not.toMatch(/could have/);
  expect(naming.faultOf('x'.repeat(513))).toMatch(/could have/);
  expect(naming.faultOf('fine/_+=.@-')).toBeUndefined();
});
