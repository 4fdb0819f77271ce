import { join } from 'node:path';
import { findFreePorts, MariaDbServer, makePrivateDirectory } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { callOf, rotate } from '../shared/kill-points.testing';
import { SingleUserFunction } from '../shared/single-user.function';
import type { SqlServer } from '../shared/sql-server.port';
import { MysqlTestServer } from './mysql-server.testing';
import { mysqlDialect } from './mysql.dialect';
import { mysqlServer } from '../connectors.testing';

// This suite has its own server, because the settings would affect everybody.
jest.setTimeout(60_000);

const directory = temporaryDirectory('mariadb-hostile');
let mariadb: MariaDbServer;
let server: MysqlTestServer;

const single = () => new SingleUserFunction('single', mysqlDialect, mysqlServer);
const alternating = (over: SqlServer = mysqlServer) => new AlternatingUsersFunction('alternating', mysqlDialect, over);

beforeAll(async () => {
  const home = makePrivateDirectory(join(directory.path, 'mariadb'));
  mariadb = new MariaDbServer({
    directory: home,
    pidFile: join(home, 'mariadb.pid'),
    logFile: join(home, 'mariadb.log'),
    port: await findFreePorts(1),
    settings: ['innodb-buffer-pool-size=64M', 'plugin-load-add=auth_ed25519'],
  });
  await mariadb.start();
  server = await MysqlTestServer.open(mariadb.administrator);
});

afterAll(async () => {
  await server?.drop();
  await mariadb?.stop(5_000);
  directory.remove();
});

const cloneOf = (user: string) => `\`${user}_clone\`@'%'`;

describe('a server whose settings change what statements mean and print', () => {
  const settings = [
    ['sql_quote_show_create', '0'],
    ['sql_mode', "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,PAD_CHAR_TO_FULL_LENGTH'"],
    ['sql_select_limit', '1'],
    ['old_passwords', '1'],
    ['sql_safe_updates', '1'],
    ['sql_auto_is_null', '1'],
    ['character_set_server', 'latin1'],
    ['init_connect', "'SET NAMES latin1, autocommit = 0, sql_quote_show_create = 0, SESSION max_sort_length = 64'"],
    ['tx_read_only', '1'],
  ] as const;
  const before = new Map<string, string>();

  beforeAll(async () => {
    for (const [name] of settings) before.set(name, (await server.column(`SELECT @@GLOBAL.${name}`))[0]!);
  });
  afterEach(async () => {
    for (const [name] of settings) {
      const value = before.get(name)!;
      await server.run(
        `SET GLOBAL ${name} = ${/^\d+$/.test(value) && name !== 'sql_select_limit' ? value : name === 'sql_select_limit' ? 'DEFAULT' : `'${value}'`}`,
      );
    }
  });

  it.each([...settings.map(([name, value]) => [name, [[name, value]]] as const), ['all of them', settings] as const])(
    'has no say in what is cloned: %s',
    async (_, set) => {
      const user = await server.createUser(
        `GRANT SELECT, INSERT ON ${server.prefix}.* TO ? WITH GRANT OPTION`,
        `GRANT UPDATE (a), DELETE ON ${server.prefix}.t TO ?`,
        'GRANT PROCESS ON *.* TO ?',
      );
      await server.run(
        `CREATE USER \`${user.user}\`@localhost IDENTIFIED BY '${user.password}'`,
        `GRANT SELECT ON ${server.prefix}.* TO \`${user.user}\`@localhost`,
      );
      const secret = server.secretOf(user, await server.createMaster());
      for (const [name, value] of set) await server.run(`SET GLOBAL ${name} = ${value}`);
      await rotate(alternating(), secret);
      await rotate(single(), secret);
      expect(await server.rightsOf(cloneOf(user.user))).toEqual(await server.rightsOf(user.account));
      expect(await server.rightsOf(`\`${user.user}_clone\`@localhost`)).toEqual(
        await server.rightsOf(`\`${user.user}\`@localhost`),
      );
      expect(await server.rightsOf(cloneOf(user.user))).toHaveLength(3);
      expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
    },
  );
});

describe('a server that does not show all rights', () => {
  /** A session in which one statement has another answer. */
  const lying = (change: (sql: string, rows: unknown[][]) => unknown[][]): SqlServer => ({
    async connect(login, signal) {
      const connection = await mysqlServer.connect(login, signal);
      return { ...connection, close: () => connection.close(), query: async (sql) => change(sql, await connection.query(sql)) };
    },
  });
  const clone = async (change: (sql: string, rows: unknown[][]) => unknown[][]) => {
    const user = await server.createUser(`GRANT SELECT ON ${server.prefix}.* TO ?`);
    const secret = server.secretOf(user, await server.createMaster());
    await rotate(alternating(), secret);
    await rotate(alternating(), secret);
    await server.run(`GRANT INSERT ON ${server.prefix}.t TO ${user.account}`);
    await alternating().createSecret(callOf(secret));
    return alternating(lying(change)).setSecret(callOf(secret));
  };

  it('is found out by what it keeps', async () => {
    await expect(
      clone((sql, rows) => (sql.startsWith('SHOW GRANTS FOR') ? rows.filter(([line]) => !/INSERT/.test(String(line))) : rows)),
    ).rejects.toThrow('The rights of the two users differ on the server after cloning: ["mysql.tables_priv"');
  });

  it('is refused when it shows none, or names accounts otherwise', async () => {
    await expect(clone((sql, rows) => (sql.startsWith('SHOW GRANTS FOR') ? [] : rows))).rejects.toThrow('in an unknown form');
    await expect(
      clone((sql, rows) => (sql.startsWith('SHOW GRANTS FOR') ? rows.map(([line]) => [String(line).replaceAll('`', '')]) : rows)),
    ).rejects.toThrow('in an unknown form');
  });
});

describe('accounts of the plugin ed25519', () => {
  const createUser = async () => {
    const user = server.newUser();
    await server.run(
      `CREATE USER ${user.account} IDENTIFIED VIA ed25519 USING PASSWORD('${user.password}')`,
      `GRANT SELECT ON ${server.prefix}.* TO ${user.account}`,
    );
    return user;
  };

  it('rotate as single users and as alternating ones, and stay of that plugin', async () => {
    const user = await createUser();
    const secret = server.secretOf(user, await server.createMaster());
    for (let round = 0; round < 3; round++) {
      await rotate(single(), secret);
      await rotate(alternating(), secret);
      expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
      expect(await server.logsIn(secret.fields('AWSPREVIOUS'))).toBe(true);
    }
    for (const account of [user.account, cloneOf(user.user)])
      expect(await server.optionsOf(account)).toContain('IDENTIFIED VIA ed25519');
  });

  it('follow the user in use when that changes its plugin', async () => {
    const user = await server.createUser();
    const secret = server.secretOf(user, await server.createMaster());
    await rotate(alternating(), secret);
    await rotate(alternating(), secret);
    await server.run(
      `ALTER USER ${user.account} IDENTIFIED VIA ed25519 USING PASSWORD('${String(secret.fields('AWSCURRENT').password)}')`,
    );
    await rotate(alternating(), secret);
    expect(await server.optionsOf(cloneOf(user.user))).toContain('IDENTIFIED VIA ed25519');
    expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
  });

  it('do not keep other users from their first turn, whatever their names', async () => {
    // For a user that does not exist, the server asks for a proof by one of its plugins, which depends on the name.
    await createUser();
    const master = await server.createMaster();
    for (let round = 0; round < 8; round++) {
      const secret = server.secretOf(await server.createUser(), master);
      await rotate(alternating(), secret);
      expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
    }
  });
});

it('names the plugin of an account that has no password, and does not let such accounts keep others from their first turn', async () => {
  await server.run("INSTALL SONAME 'auth_pam'");
  try {
    const odd = server.newUser();
    await server.run(`CREATE USER ${odd.account} IDENTIFIED VIA pam USING 'mariadb'`);
    const master = await server.createMaster();
    const secret = server.secretOf(odd, master);
    await single().createSecret(callOf(secret));
    await expect(single().setSecret(callOf(secret))).rejects.toMatchObject({
      kind: 'failed-precondition',
      message: expect.stringMatching(/AWSCURRENT logs in by the plugin (dialog|mysql_clear_password)/) as string,
    });
    for (let round = 0; round < 8; round++) await rotate(alternating(), server.secretOf(await server.createUser(), master));
    await server.run(`DROP USER ${odd.account}`);
  } finally {
    await server.run("UNINSTALL SONAME 'auth_pam'");
  }
});
