import { Authority } from './mysql-authority';
import { grantStatement, parseGrants, revokeStatement } from './mysql-grants';

const of = (...lines: string[]) => parseGrants(lines).grants;

it('writes the statements that it has read', () => {
  const lines = [
    'GRANT SELECT (`a`), DELETE ON `d`.`t ON TO` TO `u`@`%` WITH GRANT OPTION',
    'GRANT EXECUTE ON PROCEDURE `d`.`p` TO `u`@`%`',
    'GRANT `r`@`%`,`s`@`%` TO `u`@`%` WITH ADMIN OPTION',
    'GRANT PROXY ON `o`@`%` TO `u`@`%` WITH GRANT OPTION',
    'GRANT BACKUP_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION',
  ];
  expect(of(...lines).map((grant) => grantStatement(grant, 'X'))).toEqual([
    'GRANT SELECT (`a`) ON `d`.`t ON TO` TO X',
    'GRANT DELETE ON `d`.`t ON TO` TO X',
    'GRANT USAGE ON `d`.`t ON TO` TO X WITH GRANT OPTION',
    'GRANT EXECUTE ON PROCEDURE `d`.`p` TO X',
    'GRANT `r`@`%` TO X WITH ADMIN OPTION',
    'GRANT `s`@`%` TO X WITH ADMIN OPTION',
    'GRANT PROXY ON `o`@`%` TO X WITH GRANT OPTION',
    'GRANT BACKUP_ADMIN ON *.* TO X WITH GRANT OPTION',
  ]);
  expect(of(...lines).map((grant) => revokeStatement(grant, 'X'))).toContain('REVOKE `r`@`%` FROM X');
  expect(of(...lines).map((grant) => revokeStatement(grant, 'X'))).toContain('REVOKE GRANT OPTION ON `d`.`t ON TO` FROM X');
});

it('leaves to others what is theirs, and reports what it could not repeat', () => {
  const lines = [
    'GRANT SELECT ON `d`.* TO `role`',
    'GRANT INSERT ON `d`.* TO `u`@`%`',
    'REVOKE INSERT ON `mysql`.* FROM `u`@`%`',
  ];
  expect(parseGrants(lines, '`u`@`%`')).toMatchObject({ grants: [{ id: 'INSERT ON `d`.*' }], unknown: [lines[2]] });
});

it.each([
  ['what it has, with the option', 'GRANT SELECT ON `d`.* TO m WITH GRANT OPTION', 'GRANT SELECT ON `d`.`t` TO u', true],
  [
    'what it has on a database written as a pattern',
    'GRANT SELECT ON `d\\_x`.* TO m WITH GRANT OPTION',
    'GRANT SELECT ON `d_x`.`t` TO u',
    true,
  ],
  ['not what it has without the option', 'GRANT SELECT ON *.* TO m', 'GRANT SELECT ON `d`.* TO u', false],
  ['not another privilege', 'GRANT SELECT ON *.* TO m WITH GRANT OPTION', 'GRANT INSERT ON `d`.* TO u', false],
  ['not on another database', 'GRANT SELECT ON `e`.* TO m WITH GRANT OPTION', 'GRANT SELECT ON `d`.* TO u', false],
  [
    'not all of a database by some of it',
    'GRANT SELECT, INSERT ON *.* TO m WITH GRANT OPTION',
    'GRANT ALL PRIVILEGES ON `d`.* TO u',
    false,
  ],
  [
    'a column of a table that it has',
    'GRANT UPDATE ON `d`.`t` TO m WITH GRANT OPTION',
    'GRANT UPDATE (`c`) ON `d`.`t` TO u',
    true,
  ],
  ['a role by its admin option', 'GRANT `r` TO m WITH ADMIN OPTION', 'GRANT `r` TO u', true],
  ['not a role by membership', 'GRANT `r` TO m', 'GRANT `r` TO u', false],
  [
    'not a dynamic privilege by all static ones',
    'GRANT ALL PRIVILEGES ON *.* TO m WITH GRANT OPTION',
    'GRANT BACKUP_ADMIN ON *.* TO u',
    false,
  ],
])('a superuser gives %s', (_, master, wanted, may) => {
  expect(new Authority(of(master)).mayGrant(of(wanted)[0]!)).toBe(may);
});
