import { StatementRefused, type SqlConnection } from '../shared/sql-server.port';
import { changeOwnPassword, nativeHash } from './mysql-password';

/**
 * A server that notes statements and answers or refuses them by their beginning. MySQL 8 is in none of our test systems: its
 * dialect is tested here.
 */
const scripted = (version: string, refuse: (sql: string, before: string[]) => string | undefined = () => undefined) => {
  const statements: string[] = [];
  const connection: SqlConnection = {
    query(sql) {
      const code = refuse(sql, statements);
      statements.push(sql);
      if (code) return Promise.reject(new StatementRefused(code, 'refused'));
      if (sql === 'SELECT VERSION()') return Promise.resolve([[version]]);
      return Promise.resolve([["CREATE USER `a`@`%` IDENTIFIED BY PASSWORD '*0'"]]);
    },
    close: () => Promise.resolve(),
  };
  return { connection, statements, change: () => changeOwnPassword(connection, { from: 'old', to: "n'ew" }) };
};

it('makes the hash that the server makes', () => {
  // MariaDB's and MySQL's documented PASSWORD('mypass').
  expect(nativeHash('mypass')).toBe('*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4');
});

describe('on MySQL 8', () => {
  it('keeps the present password valid beside the new one, whichever of the two it was', async () => {
    const { statements, change } = scripted('8.0.36');
    await change();
    expect(statements.slice(1)).toEqual([
      "ALTER USER USER() IDENTIFIED BY 'old' RETAIN CURRENT PASSWORD",
      "ALTER USER USER() IDENTIFIED BY 'n''ew' RETAIN CURRENT PASSWORD",
    ]);
  });

  it('goes on when the rules refuse the present password', async () => {
    const { statements, change } = scripted('8.4.2', (sql) => (sql.includes("'old'") ? '1819' : undefined));
    await change();
    expect(statements.at(-1)).toBe("ALTER USER USER() IDENTIFIED BY 'n''ew' RETAIN CURRENT PASSWORD");
  });

  it('keeps one password where the account may not keep two', async () => {
    const { statements, change } = scripted('8.0.36', (sql) => (sql.includes('RETAIN') ? '1227' : undefined));
    await change();
    expect(statements.at(-1)).toBe("ALTER USER USER() IDENTIFIED BY 'n''ew'");
  });

  it('names the present password where the account has to', async () => {
    const { statements, change } = scripted('8.0.13', (sql) =>
      sql.startsWith('ALTER') && !sql.includes('REPLACE') ? '3892' : undefined,
    );
    await change();
    expect(statements.at(-1)).toBe("ALTER USER USER() IDENTIFIED BY 'n''ew' REPLACE 'old'");
  });

  it('says that the rules refuse the new password, and not what it is', async () => {
    const { change } = scripted('8.0.36', (sql) => (sql.includes("n''ew") ? '1819' : undefined));
    await expect(change()).rejects.toMatchObject({
      kind: 'failed-precondition',
      message: expect.stringMatching(/password rules .* refuse the field "password" of AWSPENDING \(1819\)/),
    });
    await expect(change()).rejects.not.toThrow("n''ew");
  });
});

describe('on MariaDB', () => {
  it('sends the hash, and the password itself only to a server that checks passwords', async () => {
    const plain = scripted('10.11.6-MariaDB');
    await plain.change();
    expect(plain.statements.at(-1)).toBe(`SET PASSWORD = '${nativeHash("n'ew")}'`);
    const checked = scripted('10.11.6-MariaDB', (sql) => (sql.includes("'*") ? '1290' : undefined));
    await checked.change();
    expect(checked.statements.at(-1)).toBe("SET PASSWORD = PASSWORD('n''ew')");
  });
});

it.each(['5.7.44', '5.5.5-10.3.39-MariaDB', 'something else'])('refuses a server that is too old: %s', async (version) => {
  await expect(scripted(version).change()).rejects.toThrow('The database server is too old');
});
