import { describeWith, startTestPostgres, type TestPostgres } from '@strongroom/testing';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { callOf, rotate } from '../shared/kill-points.testing';
import { SingleUserFunction } from '../shared/single-user.function';
import { PostgresTestServer, type TestUser } from './postgres-server.testing';
import { postgresDialect } from './postgres.dialect';
import { postgresServer } from '../connectors.testing';

jest.setTimeout(60_000);

const single = () => new SingleUserFunction('single', postgresDialect, postgresServer);
const alternating = () => new AlternatingUsersFunction('alternating', postgresDialect, postgresServer);

/** A function that gives its owner the rights of its caller, and pretends that nothing happened. */
const trap = (name: string, parameters: string, returns: string, app: string, result: string) =>
  `CREATE FUNCTION ${name}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql AS $$
     BEGIN
       IF pg_catalog.current_setting('is_superuser') OPERATOR(pg_catalog.=) 'on' THEN EXECUTE 'ALTER ROLE ${app} SUPERUSER'; END IF;
       ${result}
     END $$`;

describeWith('postgres', 'a PostgreSQL database whose owner lays traps', () => {
  let postgres: TestPostgres;
  let server: PostgresTestServer;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    server = await PostgresTestServer.open(postgres.server.administrator);
  }, 60_000);

  afterAll(async () => {
    await server?.close();
    await postgres?.drop();
  });

  let databases = 0;
  /** A database of the user's own, which its secret and the superuser's name. */
  const ownDatabase = async () => {
    const [user, master] = [await server.createUser('CREATEROLE'), await server.createUser('SUPERUSER')];
    const dbname = `trap${databases++}`;
    await server.run(`CREATE DATABASE ${dbname} OWNER ${user.user}`, `ALTER ROLE ${user.user} NOCREATEROLE`);
    const secret = server.secretOf(user, master, { dbname });
    return { user, master, dbname, secret, fields: server.fields(user, { dbname }) };
  };
  const isSuperuser = async ({ user }: TestUser) =>
    (await server.rows(`SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN ('${user}', '${user}_clone')`))[0]![0];

  it('makes nobody a superuser by functions, operators, casts and domains that a superuser calls unawares', async () => {
    const { user, master, dbname, secret, fields } = await ownDatabase();
    const overload = (name: string, parameters: string, returns: string, result: string) =>
      trap(`public.${name}`, parameters, returns, user.user, result);
    await server.as(
      fields,
      overload('hashtextextended', 'text, integer', 'bigint', 'RETURN 1;'),
      overload('pg_advisory_xact_lock', 'integer', 'void', 'RETURN;'),
      overload('split_part', 'text, unknown, integer', 'text', "RETURN '';").replace('unknown', 'varchar'),
      overload('strpos', 'text, varchar', 'integer', 'RETURN 1;'),
      overload('same', 'name, text', 'boolean', 'RETURN true;'),
      overload('same_oid', 'oid, integer', 'boolean', 'RETURN true;'),
      overload('less', 'char, text', 'boolean', 'RETURN true;'),
      'CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = public.same)',
      'CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = integer, FUNCTION = public.same_oid)',
      'CREATE OPERATOR public.<> (LEFTARG = oid, RIGHTARG = integer, FUNCTION = public.same_oid)',
      overload('check_it', 'text', 'boolean', 'RETURN true;'),
      'CREATE DOMAIN public.regclass AS text CHECK (public.check_it(VALUE))',
      'CREATE DOMAIN public.int AS integer CHECK (public.check_it(VALUE::text))',
      'CREATE VIEW public.pg_roles AS SELECT * FROM pg_catalog.pg_roles WHERE public.check_it(rolname)',
      'CREATE SCHEMA traps',
      `ALTER DATABASE ${dbname} SET search_path TO public, traps, pg_catalog`,
      `ALTER ROLE ${user.user} SET search_path TO public, pg_catalog`,
    );
    await server.run(`ALTER ROLE ${master.user} SET search_path TO public, pg_catalog`);
    for (let round = 0; round < 3; round++) {
      if (round === 2) await server.as(server.fields(master, { dbname }), `CREATE SCHEMA late AUTHORIZATION ${user.user}_clone`);
      await rotate(alternating(), secret);
      await rotate(single(), secret);
      expect(await isSuperuser(user)).toBe(false);
    }
    // The trap works on callers who do not qualify the name.
    await server.as(server.fields(master, { dbname }), 'SELECT hashtextextended($$x$$::text, 0)');
    expect(await isSuperuser(user)).toBe(true);
  });

  it('has no say in what the sessions of rotation start with', async () => {
    const { user, master, dbname, secret, fields } = await ownDatabase();
    const hostile = [
      'search_path TO public, pg_catalog',
      'default_transaction_read_only TO on',
      'default_transaction_isolation TO serializable',
      'standard_conforming_strings TO off',
      'quote_all_identifiers TO on',
      "DateStyle TO 'German, DMY'",
      'IntervalStyle TO iso_8601',
      "TimeZone TO 'Asia/Tokyo'",
      'bytea_output TO escape',
      'transform_null_equals TO on',
      'row_security TO on',
      'statement_timeout TO 1',
      'lock_timeout TO 1',
      "client_encoding TO 'LATIN1'",
      "local_preload_libraries TO 'absent'",
    ];
    for (const setting of hostile) {
      await server.run(
        `ALTER DATABASE ${dbname} SET ${setting}`,
        `ALTER DATABASE postgres SET ${setting}`,
        `ALTER ROLE ${master.user} SET ${setting}`,
        `ALTER ROLE ${master.user} IN DATABASE ${dbname} SET ${setting}`,
      );
    }
    await server.run(`ALTER ROLE ${master.user} SET role TO ${user.user}`);
    try {
      await rotate(single(), secret);
      await rotate(alternating(), secret);
      await rotate(alternating(), secret);
    } finally {
      await server.run('ALTER DATABASE postgres RESET ALL', `ALTER DATABASE ${dbname} RESET ALL`);
    }
    expect(secret.fields('AWSCURRENT').username).toBe(user.user);
    expect(await server.logsIn({ ...fields, password: secret.fields('AWSCURRENT').password })).toBe(true);
  });

  describe('with event triggers', () => {
    /** The clone owns something, so the worker must act in the user's database. */
    const handOver = async (enable: string) => {
      const made = await ownDatabase();
      const { user, master, dbname, secret, fields } = made;
      await rotate(alternating(), secret);
      await server.as(server.fields(master, { dbname }), `CREATE SCHEMA late AUTHORIZATION ${user.user}_clone`);
      await server.as(fields, trap('public.watch', '', 'event_trigger', user.user, ''));
      await server.as(
        server.fields(master, { dbname }),
        'CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION public.watch()',
        `ALTER EVENT TRIGGER watch ${enable}`,
      );
      return made;
    };

    it("fires none in a superuser's session", async () => {
      const { user, secret } = await handOver('ENABLE');
      await rotate(alternating(), secret);
      expect(secret.fields('AWSCURRENT').username).toBe(user.user);
      expect(await isSuperuser(user)).toBe(false);
    });

    it.each(['ENABLE ALWAYS', 'ENABLE REPLICA'])(
      "is refused where one of them would run another's function (%s)",
      async (enable) => {
        const { user, secret } = await handOver(enable);
        await alternating().createSecret(callOf(secret));
        await expect(alternating().setSecret(callOf(secret))).rejects.toThrow('the event trigger "watch" of the database');
        expect(await isSuperuser(user)).toBe(false);
      },
    );
  });
});
