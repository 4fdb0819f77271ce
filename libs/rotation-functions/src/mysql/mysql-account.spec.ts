import { parseAccount } from './mysql-account';

it('reads an account of MySQL 8', () => {
  const account = parseAccount(
    "CREATE USER `app`@`%` IDENTIFIED WITH 'caching_sha2_password' AS 0x2441 DEFAULT ROLE `a`@`%`,`b`@`%` REQUIRE SUBJECT '/CN=a WITH b' WITH MAX_USER_CONNECTIONS 5 PASSWORD EXPIRE INTERVAL 90 DAY ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2 ATTRIBUTE '{\"a\": 1}'",
    false,
  );
  expect(account).toEqual({
    plugins: ['caching_sha2_password'],
    hash: '0x2441',
    defaultRoles: '`a`@`%`,`b`@`%`',
    options:
      "REQUIRE SUBJECT '/CN=a WITH b' WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 5 PASSWORD EXPIRE INTERVAL 90 DAY PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT ACCOUNT UNLOCK FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2 ATTRIBUTE '{\"a\": 1}'",
  });
});

it('completes what MariaDB leaves out', () => {
  expect(parseAccount("CREATE USER `a`@`%` IDENTIFIED BY PASSWORD '*AB'", true)).toMatchObject({
    plugins: ['mysql_native_password'],
    hash: '*AB',
    options: expect.stringMatching(/^REQUIRE NONE WITH (MAX_\w+ 0 ){5}ACCOUNT UNLOCK PASSWORD EXPIRE DEFAULT$/),
  });
  expect(parseAccount("CREATE USER `a`@`%` IDENTIFIED VIA unix_socket OR ed25519 USING 'x' ACCOUNT LOCK", true)).toMatchObject({
    plugins: ['unix_socket', 'ed25519'],
    hash: undefined,
    options: expect.stringContaining('ACCOUNT LOCK'),
  });
});
