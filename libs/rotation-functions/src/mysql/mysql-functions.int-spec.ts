import { sharedServers } from '@strongroom/testing';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { callOf, mortalServer, rotate, surviveEveryKillPoint } from '../shared/kill-points.testing';
import { SingleUserFunction } from '../shared/single-user.function';
import type { SqlServer } from '../shared/sql-server.port';
import { MysqlTestServer } from './mysql-server.testing';
import { mysqlDialect } from './mysql.dialect';
import { mysqlServer } from '../connectors.testing';

let server: MysqlTestServer;

beforeAll(async () => {
  server = await MysqlTestServer.open(sharedServers().database);
});

afterAll(() => server.drop());

const single = (over: SqlServer = mysqlServer) => new SingleUserFunction('single', mysqlDialect, over);
const alternating = (over: SqlServer = mysqlServer) => new AlternatingUsersFunction('alternating', mysqlDialect, over);

describe('a single user', () => {
  it('gets a new password, again and again', async () => {
    const secret = server.secretOf(await server.createUser(`GRANT SELECT ON ${server.prefix}.* TO ?`), undefined, {
      team: 'shop',
    });
    for (let round = 0; round < 3; round++) {
      const before = secret.fields('AWSCURRENT');
      await rotate(single(), secret);
      const after = secret.fields('AWSCURRENT');
      expect(after).toEqual({ ...before, password: expect.stringMatching(/^.{32}$/) });
      expect(await server.logsIn(after)).toBe(true);
      expect(await server.logsIn(before)).toBe(false);
    }
    await expect(single().testCurrent(callOf(secret))).resolves.toBeUndefined();
    expect(await single().targetOf(callOf(secret))).toBe(`mysql://127.0.0.1:${server.at.port}`);
  });

  it('keeps a secret that nobody has told it of out of the general log', async () => {
    const secret = server.secretOf(await server.createUser());
    const [[before] = []] = (await server.admin.query('SELECT @@GLOBAL.general_log g, @@GLOBAL.log_output o')) as unknown as {
      g: number;
      o: string;
    }[][];
    await server.run("SET GLOBAL log_output = 'TABLE'", 'SET GLOBAL general_log = 1');
    try {
      await rotate(single(), secret);
    } finally {
      await server.run(`SET GLOBAL general_log = ${before!.g}`, `SET GLOBAL log_output = '${before!.o}'`);
    }
    const log = await server.column('SELECT argument FROM mysql.general_log');
    expect(log.some((line) => line.startsWith('SET PASSWORD'))).toBe(true);
    expect(log.filter((line) => line.includes(String(secret.fields('AWSCURRENT').password)))).toEqual([]);
  });

  it('starts from AWSPREVIOUS when that is the one that logs in', async () => {
    const user = await server.createUser();
    const secret = server.secretOf({ ...user, password: 'not-it' });
    secret.set('AWSPREVIOUS', server.fields(user));
    await rotate(single(), secret);
    expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
  });

  it('says when no version logs in, and which field of a pending value is another than the current one', async () => {
    const user = await server.createUser();
    const secret = server.secretOf({ ...user, password: 'not-it' });
    await single().createSecret(callOf(secret));
    await expect(single().setSecret(callOf(secret))).rejects.toThrow(
      'refuses the logins of AWSCURRENT, AWSPENDING and AWSPREVIOUS',
    );
    await expect(single().testSecret(callOf(secret))).rejects.toMatchObject({ kind: 'permission-denied' });
    secret.set('AWSPENDING', server.fields(user, { username: 'root' }));
    await expect(single().setSecret(callOf(secret))).rejects.toThrow(
      'The field "username" of AWSPENDING must be that of AWSCURRENT.',
    );
  });

  it('survives being killed at every statement', async () => {
    const points = await surviveEveryKillPoint(async () => {
      const secret = server.secretOf(await server.createUser());
      return {
        secret,
        functionWith: (killPoint) => single(killPoint && mortalServer(mysqlServer, killPoint)),
        logsIn: (stage) => server.logsIn(secret.fields(stage)),
      };
    });
    expect(points).toBeGreaterThan(4);
    console.log(`MariaDB single user: ${points} kill points survived`);
  });
});

describe('alternating users', () => {
  let master: Awaited<ReturnType<MysqlTestServer['createMaster']>>;
  let rich: string[];

  beforeAll(async () => {
    master = await server.createMaster();
    const db = server.prefix;
    await server.run(
      `CREATE ROLE ${db}_reader`,
      `CREATE ROLE \`${db}_o'ps\``,
      `GRANT ${db}_reader TO ${master.account} WITH ADMIN OPTION`,
      `GRANT \`${db}_o'ps\` TO ${master.account} WITH ADMIN OPTION`,
      `CREATE PROCEDURE ${db}.p() SELECT 1`,
      `CREATE FUNCTION ${db}.f() RETURNS INT RETURN 1`,
      `CREATE TABLE ${db}.\`on \`\` to, x\` (\`a (b), c\` INT, d INT)`,
      `GRANT SELECT ON ${db}.* TO ${db}_reader`,
    );
    const proxied = await server.createUser();
    await server.run(`GRANT PROXY ON ${proxied.account} TO ${master.account} WITH GRANT OPTION`);
    rich = [
      'GRANT PROCESS, RELOAD ON *.* TO ?',
      `GRANT INSERT, EXECUTE ON ${db}.* TO ? WITH GRANT OPTION`,
      `GRANT SELECT ON \`${db.slice(0, 4)}\\_%\`.* TO ?`,
      `GRANT SELECT (a, b), UPDATE (a), DELETE ON ${db}.t TO ?`,
      `GRANT REFERENCES (\`a (b), c\`) ON ${db}.\`on \`\` to, x\` TO ? WITH GRANT OPTION`,
      `GRANT EXECUTE ON PROCEDURE ${db}.p TO ?`,
      `GRANT EXECUTE, ALTER ROUTINE ON FUNCTION ${db}.f TO ? WITH GRANT OPTION`,
      `GRANT ${db}_reader TO ?`,
      `GRANT \`${db}_o'ps\` TO ? WITH ADMIN OPTION`,
      `GRANT PROXY ON ${proxied.account} TO ?`,
    ];
  });

  const cloneOf = (user: { user: string }) => `\`${user.user}_clone\`@'%'`;

  const richUser = async () => {
    const user = await server.createUser(...rich);
    await server.run(
      `SET DEFAULT ROLE ${server.prefix}_reader FOR ${user.account}`,
      `ALTER USER ${user.account} WITH MAX_QUERIES_PER_HOUR 5000 MAX_UPDATES_PER_HOUR 4000 MAX_CONNECTIONS_PER_HOUR 3000 MAX_USER_CONNECTIONS 20 MAX_STATEMENT_TIME 12.5 PASSWORD EXPIRE INTERVAL 90 DAY`,
    );
    return user;
  };

  it('take turns, with equal rights, options and roles, while the one in use is left alone', async () => {
    const user = await richUser();
    const [rights, options] = [await server.rightsOf(user.account), await server.optionsOf(user.account)];
    const secret = server.secretOf(user, master);
    const names: unknown[] = [];
    for (let round = 0; round < 3; round++) {
      const before = secret.fields('AWSCURRENT');
      await rotate(alternating(), secret);
      names.push(secret.fields('AWSCURRENT').username);
      for (const fields of [before, secret.fields('AWSCURRENT')]) expect(await server.logsIn(fields)).toBe(true);
      for (const account of [user.account, cloneOf(user)]) {
        expect(await server.rightsOf(account)).toEqual(rights);
        expect(await server.optionsOf(account)).toBe(options);
      }
    }
    expect(names).toEqual([`${user.user}_clone`, user.user, `${user.user}_clone`]);
    expect(rights).toHaveLength(11);
  });

  it.each([
    ["REQUIRE ISSUER '/CN=it''s \\\\ a' SUBJECT '/CN=b' CIPHER 'TLS_AES_256_GCM_SHA384'", 'a certificate of an issuer'],
    ['REQUIRE SSL', 'TLS'],
    ['REQUIRE X509', 'a certificate'],
  ])('are asked for what the original is asked for: %s', async (requirement) => {
    // The worker connects without TLS here, so the requirement is on the account of another host.
    const user = await server.createUser();
    await server.run(`CREATE USER \`${user.user}\`@'10.0.%' IDENTIFIED BY '${user.password}' ${requirement} ACCOUNT LOCK`);
    await rotate(alternating(), server.secretOf(user, master));
    const options = await server.optionsOf(`\`${user.user}_clone\`@'10.0.%'`);
    expect(options).toBe(await server.optionsOf(`\`${user.user}\`@'10.0.%'`));
    expect(options).toMatch(/ REQUIRE .* ACCOUNT LOCK$/);
  });

  const drifts: [string, (account: string) => string[]][] = [
    ['privilege of a table', (a) => [`GRANT DROP ON ${server.prefix}.t TO ${a}`]],
    ['privilege of the server', (a) => [`GRANT FILE ON *.* TO ${a}`]],
    ['privilege of a table where columns have it', (a) => [`GRANT SELECT ON ${server.prefix}.t TO ${a}`]],
    ['column', (a) => [`GRANT SELECT (c) ON ${server.prefix}.t TO ${a}`]],
    ['all of a database', (a) => [`GRANT ALL PRIVILEGES ON ${server.prefix}.* TO ${a}`]],
    ['grant option', (a) => [`GRANT USAGE ON ${server.prefix}.t TO ${a} WITH GRANT OPTION`]],
    ['routine', (a) => [`GRANT ALTER ROUTINE ON PROCEDURE ${server.prefix}.p TO ${a}`]],
    ['admin option', (a) => [`GRANT ${server.prefix}_reader TO ${a} WITH ADMIN OPTION`]],
    ['limit', (a) => [`ALTER USER ${a} WITH MAX_USER_CONNECTIONS 7`]],
    ['expiry', (a) => [`ALTER USER ${a} PASSWORD EXPIRE NEVER`]],
    ['TLS requirement', (a) => [`ALTER USER ${a} REQUIRE SSL`]],
    ['default role', (a) => [`SET DEFAULT ROLE NONE FOR ${a}`]],
    ['other default role', (a) => [`SET DEFAULT ROLE \`${server.prefix}_o'ps\` FOR ${a}`]],
  ];

  it.each(drifts)('are brought in line before a switch: %s', async (name, drift) => {
    for (const which of ['current', 'alternate'] as const) {
      // The worker could not log in as a current user that must use TLS.
      if (which === 'current' && name === 'TLS requirement') continue;
      const user = await richUser();
      const secret = server.secretOf(user, master);
      await rotate(alternating(), secret);
      const [alternate, current] = [user.account, cloneOf(user)];
      await server.run(...drift(which === 'current' ? current : alternate));
      const before = await server.rightsOf(current);
      await rotate(alternating(), secret);
      expect(await server.rightsOf(alternate)).toEqual(before);
      expect(await server.rightsOf(current)).toEqual(before);
      expect(await server.optionsOf(alternate)).toBe(await server.optionsOf(current));
    }
  });

  it('lose what the original lost', async () => {
    const user = await richUser();
    const secret = server.secretOf(user, master);
    await rotate(alternating(), secret);
    const current = cloneOf(user);
    await server.run(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${current}`, `GRANT SELECT ON ${server.prefix}.* TO ${current}`);
    await rotate(alternating(), secret);
    expect(await server.rightsOf(user.account)).toEqual(await server.rightsOf(current));
    expect(await server.rightsOf(user.account)).not.toContainEqual(expect.stringContaining('RELOAD'));
  });

  it('have an account for every host that the original has one for', async () => {
    const user = await server.createUser(`GRANT SELECT ON ${server.prefix}.* TO ?`);
    await server.run(
      `CREATE USER \`${user.user}\`@'10.0.%' IDENTIFIED BY '${user.password}'`,
      `GRANT INSERT ON ${server.prefix}.t TO \`${user.user}\`@'10.0.%'`,
      `CREATE USER \`${user.user}_clone\`@'192.168.%' IDENTIFIED BY 'left-over'`,
    );
    await rotate(alternating(), server.secretOf(user, master));
    const hosts = await server.column(`SELECT Host FROM mysql.user WHERE User = '${user.user}_clone' ORDER BY Host`);
    expect(hosts).toEqual(['%', '10.0.%']);
    expect(await server.rightsOf(`\`${user.user}_clone\`@'10.0.%'`)).toEqual(await server.rightsOf(`\`${user.user}\`@'10.0.%'`));
  });

  const refusals: [string, (db: string) => string, string[], string][] = [
    ['a privilege', (db) => `GRANT DELETE ON ${db}.t TO ?`, [], 'DELETE ON'],
    ['a grant option', (db) => `GRANT SELECT ON ${db}.* TO ? WITH GRANT OPTION`, [`GRANT SELECT ON ?.* TO ?`], 'SELECT ON'],
    ['a privilege of the server', () => 'GRANT PROCESS ON *.* TO ?', [], 'PROCESS ON *.*'],
    ['a role', (db) => `GRANT ${db}_reader TO ?`, [], '_reader`'],
    ['a proxy', () => "GRANT PROXY ON ''@'%' TO ?", [], 'PROXY ON ``@`%`'],
  ];

  it.each(refusals)('are refused before anything changes when the superuser lacks %s', async (_, grant, masterGrants, named) => {
    const weak = await server.createMaster(
      'GRANT CREATE USER ON *.* TO ?',
      'GRANT SELECT, UPDATE ON mysql.* TO ?',
      ...masterGrants.map((one) => one.replace('?', server.prefix)),
    );
    const user = await server.createUser('GRANT USAGE ON *.* TO ?');
    await server.run(grant(server.prefix).replace('TO ?', `TO ${user.account}`));
    const secret = server.secretOf(user, weak);
    await alternating().createSecret(callOf(secret));
    await expect(alternating().setSecret(callOf(secret))).rejects.toMatchObject({
      kind: 'failed-precondition',
      message: expect.stringMatching(/^The superuser of the field "masterarn" lacks .*Nothing was changed\.$/),
      metadata: { grant: expect.stringContaining(named) },
    });
    expect(await server.column(`SELECT User FROM mysql.user WHERE User = '${user.user}_clone'`)).toEqual([]);
  });

  it.each([
    ['SELECT ON `mysql`.*', ['GRANT CREATE USER ON *.* TO ?']],
    ['CREATE USER ON *.*', ['GRANT SELECT ON *.* TO ?']],
  ])('need a superuser with %s', async (right, grants) => {
    const secret = server.secretOf(await server.createUser(), await server.createMaster(...grants));
    await alternating().createSecret(callOf(secret));
    await expect(alternating().setSecret(callOf(secret))).rejects.toThrow(`lacks ${right}, which is needed`);
  });

  it('are refused where the user logs in without a password', async () => {
    const user = await server.createUser();
    await server.run(
      `CREATE USER \`${user.user}\`@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('${user.password}')`,
    );
    const secret = server.secretOf(user, master);
    await alternating().createSecret(callOf(secret));
    await expect(alternating().setSecret(callOf(secret))).rejects.toThrow(
      "for the host 'localhost' cannot be cloned: it authenticates by unix_socket or",
    );
  });

  it('give the superuser away to no other server, and nobody the rights of a user whose password they do not know', async () => {
    const user = await server.createUser();
    const elsewhere = server.secretOf(user, master);
    elsewhere.setMaster('master', { ...server.fields(master), host: 'db.example' });
    await alternating().createSecret(callOf(elsewhere));
    await expect(alternating().setSecret(callOf(elsewhere))).rejects.toThrow(
      'The field "host" of AWSCURRENT must be that of the superuser',
    );

    const stranger = server.secretOf({ user: master.user, password: 'a guess' }, master);
    await alternating().createSecret(callOf(stranger));
    await expect(alternating().setSecret(callOf(stranger))).rejects.toThrow('refuses the login of AWSCURRENT');

    const itself = server.secretOf(master, master);
    await alternating().createSecret(callOf(itself));
    await expect(alternating().setSecret(callOf(itself))).rejects.toThrow(
      'must be the secret of a user other than the two that alternate',
    );

    const wrong = server.secretOf(user, { ...master, password: 'not-it' });
    await alternating().createSecret(callOf(wrong));
    await expect(alternating().setSecret(callOf(wrong))).rejects.toThrow(
      'The database server refused the login with the fields "username" and "password" of the superuser',
    );
  });

  it('survive being killed at every statement, when the clone is made and when it is brought in line', async () => {
    const first = async () => server.secretOf(await richUser(), master);
    const later = async () => {
      const user = await richUser();
      const secret = server.secretOf(user, master);
      await rotate(alternating(), secret);
      await server.run(
        `GRANT SELECT ON ${server.prefix}.t TO ${user.account}`,
        `REVOKE DELETE ON ${server.prefix}.t FROM ${user.account}`,
        `ALTER USER ${user.account} WITH MAX_USER_CONNECTIONS 3`,
        `SET DEFAULT ROLE NONE FOR ${user.account}`,
      );
      return secret;
    };
    const counts: number[] = [];
    for (const secret of [first, later]) {
      counts.push(
        await surviveEveryKillPoint(async () => {
          const rotating = await secret();
          const logsIn = (stage: 'AWSCURRENT' | 'AWSPENDING') => server.logsIn(rotating.fields(stage));
          return {
            secret: rotating,
            functionWith: (killPoint) => alternating(killPoint && mortalServer(mysqlServer, killPoint)),
            logsIn,
            check: async () => expect(await logsIn('AWSCURRENT')).toBe(true),
            checkDone: async () => {
              const [current, previous] = [rotating.fields('AWSCURRENT'), rotating.fields('AWSPREVIOUS')];
              for (const fields of [current, previous]) expect(await server.logsIn(fields)).toBe(true);
              const [a, b] = [current, previous].map(({ username }) => `\`${String(username)}\`@'%'`);
              expect(await server.rightsOf(a!)).toEqual(await server.rightsOf(b!));
              expect(await server.optionsOf(a!)).toBe(await server.optionsOf(b!));
            },
          };
        }),
      );
    }
    for (const count of counts) expect(count).toBeGreaterThan(8);
    console.log(`MariaDB alternating users: ${counts.join(' + ')} kill points survived`);
  }, 120_000);
});
