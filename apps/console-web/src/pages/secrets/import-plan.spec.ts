import { withOneValue } from '@strongroom/secret-files';
import { commonPrefix, countsOf, planOf, sizeOfEntry, withExisting } from './import-plan';

const items = [
  withOneValue({ name: 'DB_PASSWORD' }, { secretString: 'é' }),
  withOneValue({ name: 'EMPTY' }, { secretString: '' }),
  withOneValue({ name: 'has space' }, { secretString: 'x' }),
  withOneValue({ name: 'TAGGED', tags: new Map([['aws:x', 'y']]) }, { secretString: 'x' }),
  withOneValue({ name: 'LARGE' }, { secretString: 'x'.repeat(65_537) }),
  { name: 'NULL', unreadable: 'Its value is null.' },
  withOneValue({ name: 'THERE' }, { secretString: 'x' }),
];

it('tells what is new, what exists, and what cannot be stored and why', () => {
  const plan = withExisting(planOf(items, 'prod/'), new Set(['prod/THERE']));
  expect(plan.map(({ name, state }) => [name, state])).toEqual([
    ['prod/DB_PASSWORD', 'new'],
    ['prod/EMPTY', 'invalid'],
    ['prod/has space', 'invalid'],
    ['prod/TAGGED', 'invalid'],
    ['prod/LARGE', 'invalid'],
    ['prod/NULL', 'invalid'],
    ['prod/THERE', 'exists'],
  ]);
  expect(plan.filter(({ state }) => state === 'invalid').every(({ reason }) => reason)).toBe(true);
  expect(countsOf(plan)).toMatchObject({ new: 1, exists: 1, invalid: 5, created: 0 });
  expect(sizeOfEntry(plan[0]!)).toBe(2);
});

it('says nothing of a value', () => {
  const plan = planOf([withOneValue({ name: '', description: 'd' }, { secretString: 'open sesame' })], '');
  expect(plan[0]!.reason).not.toContain('sesame');
});

it('finds what names begin with in common', () => {
  expect(commonPrefix(['a/b', 'a/c', 'a/'])).toBe('a/');
  expect(commonPrefix(['x', 'y'])).toBe('');
  expect(commonPrefix([])).toBe('');
});
