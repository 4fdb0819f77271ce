import { describeWith, startTestPostgres, TestPki, type TestPostgres } from '@strongroom/testing';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { callOf, mortalServer, rotate, surviveEveryKillPoint } from '../shared/kill-points.testing';
import { SingleUserFunction } from '../shared/single-user.function';
import type { SqlServer } from '../shared/sql-server.port';
import { PostgresTestServer, type TestUser } from './postgres-server.testing';
import { postgresDialect } from './postgres.dialect';
import { postgresServer } from '../connectors.testing';

// Every statement of a rotation is a login, and a login a new process.
jest.setTimeout(60_000);

const single = (over: SqlServer = postgresServer) => new SingleUserFunction('single', postgresDialect, over);
const alternating = (over: SqlServer = postgresServer) => new AlternatingUsersFunction('alternating', postgresDialect, over);

describeWith('postgres', 'on a real PostgreSQL', () => {
  let pki: TestPki;
  let postgres: TestPostgres;
  let server: PostgresTestServer;

  beforeAll(async () => {
    pki = await TestPki.create();
    const { certificate, key } = await pki.service('postgres');
    postgres = await startTestPostgres({ certificate: { certificate, key }, settings: ['log_statement=all'] });
    server = await PostgresTestServer.open(postgres.server.administrator);
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    await postgres?.drop();
    pki.drop();
  });

  const cloneOf = ({ user }: TestUser) => `${user}_clone`;

  describe('a single user', () => {
    it('gets a new password, as a verifier for scram-sha-256, again and again', async () => {
      const user = await server.createUser();
      const secret = server.secretOf(user, undefined, { team: 'shop' });
      for (let round = 0; round < 3; round++) {
        const before = secret.fields('AWSCURRENT');
        await rotate(single(), secret);
        const after = secret.fields('AWSCURRENT');
        expect(after).toEqual({ ...before, password: expect.stringMatching(/^.{32}$/) });
        expect(await server.logsIn(after)).toBe(true);
        expect(await server.logsIn(before)).toBe(false);
        expect(await server.rows(`SELECT rolpassword FROM pg_authid WHERE rolname = '${user.user}'`)).toEqual([
          [expect.stringMatching(/^SCRAM-SHA-256\$4096:/)],
        ]);
      }
      expect(await single().targetOf(callOf(secret))).toBe(`postgres://127.0.0.1:${server.at.port}`);
    });

    it('gets it also where its sessions act as a group and may only read', async () => {
      const user = await server.createUser();
      await server.run(
        `CREATE ROLE ${user.user}_group`,
        `GRANT ${user.user}_group TO ${user.user}`,
        `ALTER ROLE ${user.user} SET role TO ${user.user}_group`,
        `ALTER ROLE ${user.user} SET default_transaction_read_only TO on`,
      );
      const secret = server.secretOf(user);
      await rotate(single(), secret);
      expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
    });

    it('is refused where the server asks for no password, or has no such database', async () => {
      const user = await server.createUser();
      await expect(single().testCurrent(callOf(server.secretOf(user, undefined, { dbname: 'absent' })))).rejects.toMatchObject({
        kind: 'failed-precondition',
        message: 'The field "dbname" of AWSCURRENT must name a database that its user may connect to (3D000).',
      });
      const secret = server.secretOf({ ...user, password: 'not-it' });
      await expect(single().testCurrent(callOf(secret))).rejects.toMatchObject({ kind: 'permission-denied' });
      await single().createSecret(callOf(secret));
      await expect(single().setSecret(callOf(secret))).rejects.toThrow(
        'refuses the logins of AWSCURRENT, AWSPENDING and AWSPREVIOUS',
      );
    });

    it('survives being killed at every statement', async () => {
      const points = await surviveEveryKillPoint(async () => {
        const secret = server.secretOf(await server.createUser());
        return {
          secret,
          functionWith: (killPoint) => single(killPoint && mortalServer(postgresServer, killPoint)),
          logsIn: (stage) => server.logsIn(secret.fields(stage)),
        };
      });
      expect(points).toBeGreaterThan(4);
      console.log(`PostgreSQL single user: ${points} kill points survived`);
    });
  });

  describe('TLS', () => {
    const test = async (fields: object) =>
      single().testCurrent(callOf(server.secretOf(await server.createUser(), undefined, fields)));

    it("is verified against the secret's authority and the host's name", async () => {
      await expect(test({ host: 'localhost', sslCa: pki.ca })).resolves.toBeUndefined();
      await expect(test({ ssl: true, sslVerify: false })).resolves.toBeUndefined();
      await expect(test({ ssl: true })).rejects.toMatchObject({
        reason: 'RotationTargetUnreachable',
        why: expect.stringMatching(/CERT|VERIFY/),
      });
      const other = await TestPki.create();
      await expect(test({ sslCa: other.ca })).rejects.toMatchObject({ why: expect.stringMatching(/CERT|VERIFY/) });
      other.drop();
    });
  });

  describe('alternating users', () => {
    let master: TestUser;

    beforeAll(async () => {
      master = await server.createUser('SUPERUSER');
    });

    const newSecret = async (options = '') => {
      const user = await server.createUser(options);
      return { user, secret: server.secretOf(user, master) };
    };

    it('take turns and act as one: privileges, ownership and default privileges are the same, by either', async () => {
      const { user, secret } = await newSecret();
      const reader = await server.createUser();
      const original = server.fields(user);
      await server.as(
        server.fields(master),
        `CREATE SCHEMA ${user.user} AUTHORIZATION ${user.user}`,
        `GRANT USAGE ON SCHEMA ${user.user} TO ${reader.user}`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${user.user} GRANT SELECT ON TABLES TO ${reader.user}`,
      );
      await server.as(original, 'CREATE TABLE before_it (a int)');
      const names: unknown[] = [];
      for (let round = 0; round < 4; round++) {
        const before = secret.fields('AWSCURRENT');
        await rotate(alternating(), secret);
        const now = secret.fields('AWSCURRENT');
        names.push(now.username);
        expect(await server.logsIn(before)).toBe(true);
        // Each creates, and each changes and drops what the other created.
        await server.as(now, `CREATE TABLE t${round} (a int)`, 'ALTER TABLE before_it ADD COLUMN IF NOT EXISTS b int');
        await server.as(before, `ALTER TABLE t${round} ADD COLUMN b int`);
        if (round > 0) await server.as(now, `DROP TABLE t${round - 1}`);
        expect(await server.as(now, 'SELECT current_user::text, current_schema()::text')).toEqual([[user.user, user.user]]);
        await server.as(server.fields(reader), `SELECT * FROM ${user.user}.t${round}`);
      }
      expect(names).toEqual([cloneOf(user), user.user, cloneOf(user), user.user]);
    });

    it('start their sessions alike: limits, validity, parameters of all databases and of one', async () => {
      const { user, secret } = await newSecret("CONNECTION LIMIT 9 VALID UNTIL '2999-01-01' REPLICATION CREATEDB");
      await server.run(
        `ALTER ROLE ${user.user} SET search_path TO "$user", 'we"ird, name', public`,
        `ALTER ROLE ${user.user} SET statement_timeout TO '30s'`,
        `ALTER ROLE ${user.user} SET application.note TO 'it''s \\ so'`,
        `ALTER ROLE ${user.user} IN DATABASE shop SET work_mem TO '8MB'`,
        `ALTER ROLE ${user.user} IN DATABASE other SET search_path TO ''`,
      );
      await rotate(alternating(), secret);
      expect(await server.loginRulesOf(cloneOf(user))).toEqual(await server.loginRulesOf(user.user));
      expect(await server.as(secret.fields('AWSCURRENT'), 'SHOW search_path')).toEqual(
        await server.as(server.fields(user), 'SHOW search_path'),
      );

      // Differences on either side are removed before the next switch to the clone.
      await rotate(alternating(), secret);
      await server.run(
        `CREATE ROLE ${user.user}_extra`,
        `GRANT ${user.user}_extra TO ${cloneOf(user)}`,
        `ALTER ROLE ${cloneOf(user)} CONNECTION LIMIT 1 CREATEROLE VALID UNTIL '2100-01-01' NOINHERIT NOREPLICATION`,
        `ALTER ROLE ${cloneOf(user)} SET lock_timeout TO '1s'`,
        `ALTER ROLE ${cloneOf(user)} RESET role`,
        `ALTER ROLE ${user.user} IN DATABASE shop RESET work_mem`,
        `ALTER ROLE ${user.user} SET statement_timeout TO '40s'`,
        `GRANT CONNECT ON DATABASE shop TO ${cloneOf(user)}`,
      );
      await rotate(alternating(), secret);
      expect(await server.loginRulesOf(cloneOf(user))).toEqual(await server.loginRulesOf(user.user));
      const clone = `'${cloneOf(user)}'::regrole`;
      expect(await server.rows(`SELECT roleid::regrole::text FROM pg_auth_members WHERE member = ${clone}`)).toEqual([
        [user.user],
      ]);
      expect(await server.rows(`SELECT rolcreaterole, rolinherit, rolcreatedb FROM pg_roles WHERE oid = ${clone}`)).toEqual([
        [false, true, false],
      ]);
      expect(await server.rows(`SELECT count(*)::int FROM pg_shdepend WHERE refobjid = ${clone}`)).toEqual([[0]]);
    });

    it('hand over what the clone came to own as itself', async () => {
      const { user, secret } = await newSecret();
      await rotate(alternating(), secret);
      await server.as(server.fields(master), `CREATE SCHEMA of_${user.user} AUTHORIZATION ${cloneOf(user)}`);
      await rotate(alternating(), secret);
      expect(secret.fields('AWSCURRENT').username).toBe(user.user);
      await expect(server.as(secret.fields('AWSCURRENT'), `CREATE TABLE of_${user.user}.t (a int)`)).resolves.toEqual([]);
    });

    const refusals: [string, (user: TestUser) => Promise<unknown>, string][] = [
      [
        "a role of the clone's name is not its clone",
        (user) => server.run(`CREATE ROLE ${cloneOf(user)} LOGIN`),
        'exists but is not a member of the role without it',
      ],
      [
        'the clone owns something in another database',
        async (user) => {
          await server.run(`CREATE ROLE ${cloneOf(user)} LOGIN`, `GRANT ${user.user} TO ${cloneOf(user)}`);
          await server.as(
            server.fields(master, { dbname: 'other' }),
            `CREATE SCHEMA x_${user.user} AUTHORIZATION ${cloneOf(user)}`,
          );
        },
        'in the database "other"',
      ],
      [
        'the clone has default privileges of its own',
        async (user) => {
          await server.run(`CREATE ROLE ${cloneOf(user)} LOGIN`, `GRANT ${user.user} TO ${cloneOf(user)}`);
          await server.as(
            server.fields(master),
            `ALTER DEFAULT PRIVILEGES FOR ROLE ${cloneOf(user)} GRANT SELECT ON TABLES TO ${user.user}`,
          );
        },
        'has default privileges of its own',
      ],
    ];

    it.each(refusals)('are refused when %s, and nothing has changed', async (_, make, message) => {
      const { user, secret } = await newSecret();
      await make(user);
      const state = () => server.rows(`SELECT rolpassword, rolconnlimit FROM pg_authid WHERE rolname = '${cloneOf(user)}'`);
      const before = await state();
      await alternating().createSecret(callOf(secret));
      await expect(alternating().setSecret(callOf(secret))).rejects.toMatchObject({
        kind: 'failed-precondition',
        message: expect.stringContaining(message),
      });
      expect(await state()).toEqual(before);
    });

    it.each([
      ['create roles', '', ''],
      ["grant membership of the role of AWSCURRENT's user", 'CREATEROLE', 'SUPERUSER'],
      ['set the parameter "log_statement" of the alternate user', 'CREATEROLE', 'SET'],
    ])('are refused when the superuser may not %s, and nothing has changed', async (what, rights, special) => {
      const user = await server.createUser(special === 'SUPERUSER' ? special : '');
      if (special === 'SET') await server.run(`ALTER ROLE ${user.user} SET log_statement TO 'none'`);
      const secret = server.secretOf(user, await server.createUser(rights));
      await alternating().createSecret(callOf(secret));
      await expect(alternating().setSecret(callOf(secret))).rejects.toMatchObject({
        kind: 'failed-precondition',
        message: `The superuser of the field "masterarn" may not ${what} (SQLSTATE 42501). Nothing was changed.`,
      });
      expect(await server.rows(`SELECT 1 FROM pg_roles WHERE rolname = '${cloneOf(user)}'`)).toEqual([]);
    });

    it('need no superuser beyond CREATEROLE for an ordinary user', async () => {
      const user = await server.createUser();
      const secret = server.secretOf(user, await server.createUser('CREATEROLE'));
      await rotate(alternating(), secret);
      await rotate(alternating(), secret);
      expect(await server.logsIn(secret.fields('AWSCURRENT'))).toBe(true);
    });

    it('are refused for a clone without an original', async () => {
      const user = { user: 'lonely_clone', password: 'of-the-lonely' };
      await server.run(`CREATE ROLE ${user.user} LOGIN PASSWORD '${user.password}'`);
      const secret = server.secretOf(user, master);
      await alternating().createSecret(callOf(secret));
      await expect(alternating().setSecret(callOf(secret))).rejects.toThrow('has no role with the name');
    });

    it('survive being killed at every statement, when the clone is made and when it is brought in line', async () => {
      const first = async () => (await newSecret('CONNECTION LIMIT 9')).secret;
      const later = async () => {
        const { user, secret } = await newSecret('CONNECTION LIMIT 9');
        await server.run(
          `CREATE ROLE ${cloneOf(user)} LOGIN PASSWORD 'of an earlier rotation'`,
          `GRANT ${user.user} TO ${cloneOf(user)}`,
          `ALTER ROLE ${user.user} SET lock_timeout TO '9s'`,
          `ALTER ROLE ${cloneOf(user)} SET work_mem TO '9MB'`,
        );
        await server.as(server.fields(master), `CREATE SCHEMA k_${user.user} AUTHORIZATION ${cloneOf(user)}`);
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
              functionWith: (killPoint) => alternating(killPoint && mortalServer(postgresServer, killPoint)),
              logsIn,
              check: async () => expect(await logsIn('AWSCURRENT')).toBe(true),
              checkDone: async () => {
                const [current, previous] = [rotating.fields('AWSCURRENT'), rotating.fields('AWSPREVIOUS')];
                for (const fields of [current, previous]) expect(await server.logsIn(fields)).toBe(true);
                const [a, b] = await Promise.all(
                  [current, previous].map(({ username }) => server.loginRulesOf(String(username))),
                );
                expect(a).toEqual(b);
              },
            };
          }),
        );
      }
      for (const count of counts) expect(count).toBeGreaterThan(8);
      console.log(`PostgreSQL alternating users: ${counts.join(' + ')} kill points survived`);
    }, 120_000);
  });

  it('appears in no statement of the log with a password', async () => {
    const { readFileSync } = await import('node:fs');
    const master = await server.createUser('SUPERUSER');
    const secret = server.secretOf(await server.createUser(), master);
    await rotate(alternating(), secret);
    await rotate(single(), secret);
    const log = readFileSync(postgres.server.process.logFile, 'utf8');
    expect(log).toContain('ALTER ROLE CURRENT_USER PASSWORD');
    for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) expect(log).not.toContain(String(secret.fields(stage).password));
  });
});
