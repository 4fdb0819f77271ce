interface Tree {
  exists(file: string): boolean;
  read(file: string): string;
  write(file: string, text: string): void;
}

const { edit, requireNewName } = jest.requireActual<{
  edit: (tree: Tree, file: string, anchor: RegExp, replace: (match: string) => string) => void;
  requireNewName: (tree: Tree, name: string | undefined) => void;
}>('./nx/generators/workspace.cjs');

let files: Map<string, string>;
const tree: Tree = {
  exists: (file) => files.has(file),
  read: (file) => files.get(file)!,
  write: (file, text) => void files.set(file, text),
};
const insert = (anchor: RegExp, file = 'list') => edit(tree, file, anchor, (match) => `${match}, new`);

beforeEach(() => {
  files = new Map([
    ['list', 'first: a\nsecond: b\nsecond: c\n'],
    ['libs/clock', ''],
  ]);
});

it('edits what its anchor matches, or the last of several if it may', () => {
  insert(/first: \w/);
  insert(/second: \w/g);
  expect(files.get('list')).toBe('first: a, new\nsecond: b\nsecond: c, new\n');
});

it.each([
  [/third/, 'list', '/third/ does not occur in list: the generator has to learn what it looks like now'],
  [/second/, 'list', '/second/ occurs 2 times in list: the generator has to learn what it looks like now'],
  [/first/, 'gone', 'gone does not exist: the generator has to learn where its text went'],
])('says that %s of %s is not what it knew, and changes nothing', (anchor, file, message) => {
  const before = new Map(files);
  expect(() => insert(anchor, file)).toThrow(message);
  expect(files).toEqual(before);
});

it.each([
  ['Field-notes', 'must be lower-case words joined by hyphens'],
  ['field_notes', 'must be lower-case words joined by hyphens'],
  ['../notes', 'must be lower-case words joined by hyphens'],
  [undefined, 'must be lower-case words joined by hyphens'],
  ['clock', 'libs/clock exists already'],
])('takes no name such as %s', (name, message) => {
  expect(() => requireNewName(tree, name)).toThrow(message);
});
