import { readSearch, writeSearch } from './use-search-state';

const defaults = { q: '', page: 1, deleted: false, tags: [] as readonly string[] };

it('takes what fits, and the default for the rest', () => {
  expect(readSearch({ q: 'a', page: '2', deleted: true, tags: ['x'], other: 1 }, defaults)).toEqual({
    q: 'a',
    page: 1,
    deleted: true,
    tags: ['x'],
  });
  expect(readSearch({ q: ['a'], tags: [1] }, defaults)).toEqual(defaults);
});

it('leaves defaults out of the address, and what belongs to others in it', () => {
  expect(writeSearch({ q: 'a', tab: 'x' }, defaults, { q: '', tags: ['t'] })).toEqual({ tab: 'x', tags: ['t'] });
  expect(writeSearch({ tags: ['t'] }, defaults, { tags: [] })).toEqual({});
});
