import { namesOf, settingStatements } from './postgres-settings';

it.each([
  ['"$user", public', ['$user', 'public']],
  ['"we""ird, name"', ['we"ird, name']],
  ['""', ['']],
  ['a', ['a']],
  ['a,b , "C"', ['a', 'b', 'C']],
])('reads the list %s', (list, names) => {
  expect(namesOf(list)).toEqual(names);
});

it('takes what is not wanted, sets what differs, and leaves the rest', () => {
  const present = [
    { name: 'work_mem', value: '4MB' },
    { name: 'lock_timeout', value: '1s' },
    { database: 'a"b', name: 'work_mem', value: '1MB' },
  ];
  const wanted = [
    { name: 'work_mem', value: '8MB' },
    { name: 'lock_timeout', value: '1s' },
    { database: 'd', name: 'search_path', value: '"$user", x' },
    { name: 'app.note', value: "it's" },
  ];
  expect(settingStatements('ROLE "u"', present, wanted).map(([, statement]) => statement)).toEqual([
    'ALTER ROLE "u" IN DATABASE "a""b" RESET "work_mem"',
    `ALTER ROLE "u" SET "work_mem" TO '8MB'`,
    `ALTER ROLE "u" IN DATABASE "d" SET "search_path" TO '$user', 'x'`,
    `ALTER ROLE "u" SET "app"."note" TO 'it''s'`,
  ]);
});
