import { describeWith } from '@strongroom/testing';
import { redshiftServer } from '../connectors.testing';
import type { TestUser } from '../postgres/postgres-server.testing';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { callOf, mortalServer, rotate, surviveEveryKillPoint } from '../shared/kill-points.testing';
import { SingleUserFunction } from '../shared/single-user.function';
import type { SqlServer } from '../shared/sql-server.port';
import { RedshiftTestServer } from './redshift-server.testing';
import { redshiftDialect } from './redshift.dialect';

// Every statement of a rotation is a login, and a login a new process.
jest.setTimeout(60_000);

const single = (over: SqlServer = redshiftServer) => new SingleUserFunction('single', redshiftDialect, over);
const alternating = (over: SqlServer = redshiftServer) => new AlternatingUsersFunction('alternating', redshiftDialect, over);

describeWith('postgres', 'on a PostgreSQL that takes only what Redshift documents', () => {
  let server: RedshiftTestServer;

  beforeAll(async () => {
    server = await RedshiftTestServer.start();
  }, 60_000);

  afterAll(() => server?.stop());

  const cloneOf = ({ user }: TestUser) => `${user}_clone`;
  const logsIn = (fields: Record<string, unknown>) => server.inside.logsIn(fields);

  describe('a single user', () => {
    it('gets a new password, as the hash that Redshift keeps, again and again', async () => {
      const user = await server.inside.createUser();
      const secret = server.secretOf(user, undefined, { team: 'shop' });
      for (let round = 0; round < 2; round++) {
        const before = secret.fields('AWSCURRENT');
        await rotate(single(), secret);
        const after = secret.fields('AWSCURRENT');
        expect(after).toEqual({ ...before, password: expect.stringMatching(/^.{32}$/) });
        expect(await logsIn(after)).toBe(true);
        expect(await logsIn(before)).toBe(false);
      }
      expect(await single().targetOf(callOf(secret))).toBe(`redshift://127.0.0.1:${server.proxy.port}`);
      expect(server.log).not.toContain(String(secret.fields('AWSCURRENT').password));
    });

    it('may have any name, and starts its sessions with any settings', async () => {
      const user = { user: "O'Brien \"Bob\\'; --", password: 'Of-bob-1234' };
      const role = `"${user.user.replaceAll('"', '""')}"`;
      await server.inside.run(
        `CREATE ROLE ${role} LOGIN PASSWORD '${user.password}'`,
        `ALTER ROLE ${role} SET search_path TO public, pg_catalog`,
        `ALTER ROLE ${role} SET datestyle TO 'German, DMY'`,
      );
      const secret = server.secretOf(user);
      await rotate(single(), secret);
      await server.inside.run(`ALTER ROLE ${role} RESET ALL`);
      expect(await logsIn(secret.fields('AWSCURRENT'))).toBe(true);
    });

    it('is refused a password that breaks the rules of Redshift, which gets only its hash, and is not named', async () => {
      const user = await server.inside.createUser();
      for (const password of [
        'Short-1',
        `${'a'.repeat(64)}A1`,
        'no-upper-case-1',
        'No-digit-here',
        'With/slash1',
        'With space 1',
        'Ümlaut-1234',
      ]) {
        const secret = server.secretOf(user).set('AWSPENDING', server.fields({ ...user, password }));
        await expect(single().setSecret(callOf(secret))).rejects.toMatchObject({
          kind: 'failed-precondition',
          message: expect.stringMatching(/^The field "password" of AWSPENDING must have 8 to 64/),
        });
        await expect(single().setSecret(callOf(secret))).rejects.not.toThrow(password);
      }
    });

    it('survives being killed at every statement', async () => {
      const points = await surviveEveryKillPoint(async () => {
        const secret = server.secretOf(await server.inside.createUser());
        return {
          secret,
          functionWith: (killPoint) => single(killPoint && mortalServer(redshiftServer, killPoint)),
          logsIn: (stage) => logsIn(secret.fields(stage)),
        };
      });
      expect(points).toBeGreaterThan(4);
    });
  });

  describe('alternating users', () => {
    let master: TestUser;

    beforeAll(async () => {
      master = await server.inside.createUser('SUPERUSER');
      await server.inside.run('CREATE ROLE app_group', 'CREATE ROLE r_app', 'CREATE ROLE r_admin', 'CREATE ROLE creator LOGIN');
      const objects = [
        'CREATE SCHEMA "Odd ""name\'"',
        'CREATE TABLE public.t (a int, "B,c" int)',
        'CREATE TABLE "Odd ""name\'"."T.""x" (a int)',
        'CREATE FUNCTION public.f(a int, b varchar) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
        'CREATE PROCEDURE public.p(a int) LANGUAGE sql AS $$ SELECT 1 $$',
      ];
      await server.run('shop', ...objects);
      await server.run('other', 'CREATE TABLE public.elsewhere (a int)');
    });

    /** A user with a right of every kind. */
    const newSecret = async () => {
      const made = await server.inside.createUser("CREATEDB CONNECTION LIMIT 9 VALID UNTIL '2037-01-01'");
      const { user } = made;
      await server.inside.run(
        `ALTER ROLE ${user} SET search_path TO "$user", 'it''s, "so"'`,
        `ALTER ROLE ${user} SET redshift.syslog_access TO 'UNRESTRICTED'`,
        `ALTER ROLE ${user} SET redshift.session_timeout TO '600'`,
        `GRANT app_group TO ${user}`,
        `GRANT r_app TO ${user}`,
        `GRANT r_admin TO ${user} WITH ADMIN OPTION`,
        `GRANT CREATE, TEMPORARY ON DATABASE shop TO ${user}`,
      );
      await server.run(
        'shop',
        `GRANT USAGE ON SCHEMA "Odd ""name'" TO ${user} WITH GRANT OPTION`,
        `GRANT SELECT, INSERT ON public.t TO ${user}`,
        `GRANT SELECT ON "Odd ""name'"."T.""x" TO ${user} WITH GRANT OPTION`,
        `GRANT UPDATE ("B,c") ON public.t TO ${user}`,
        `GRANT EXECUTE ON FUNCTION public.f(int, varchar) TO ${user}`,
        `GRANT EXECUTE ON PROCEDURE public.p(int) TO ${user}`,
        `GRANT USAGE ON LANGUAGE plpgsql TO ${user}`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE creator IN SCHEMA public GRANT SELECT ON TABLES TO ${user} WITH GRANT OPTION`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${user} GRANT SELECT ON TABLES TO app_group`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${user} IN SCHEMA public GRANT INSERT ON TABLES TO r_app, PUBLIC`,
        `INSERT INTO pg_catalog.redshift_rights VALUES ('TABLES IN SCHEMA', 'public', 'DELETE', '${user}', true)`,
        `INSERT INTO pg_catalog.redshift_rights VALUES ('FUNCTIONS IN DATABASE', 'shop', 'EXECUTE', '${user}', false)`,
      );
      await server.run('other', `GRANT SELECT ON public.elsewhere TO ${user}`);
      await server.run(
        'dev',
        `INSERT INTO pg_catalog.redshift_rights VALUES ('IAM', 'arn:aws:iam::1:role/r', 'COPY', '${user}', false)`,
        `INSERT INTO pg_catalog.redshift_rights VALUES ('TABLES IN DATABASE', 'shared', 'SELECT', '${user}', false)`,
      );
      return { user: made, secret: server.secretOf(made, master) };
    };

    it('take turns with the same rights of every kind, and the clone keeps none that was taken away', async () => {
      const { user, secret } = await newSecret();
      const rights = await server.rightsOf(user.user);
      expect(rights.length).toBeGreaterThan(22);
      const names: unknown[] = [];
      for (let round = 0; round < 2; round++) {
        const before = secret.fields('AWSCURRENT');
        await rotate(alternating(), secret);
        names.push(secret.fields('AWSCURRENT').username);
        expect(await logsIn(before)).toBe(true);
        expect(await server.rightsOf(cloneOf(user))).toEqual(rights);
      }
      expect(names).toEqual([cloneOf(user), user.user]);

      // Rights are taken from the user in use, and given to the other one.
      const clone = cloneOf(user);
      await server.inside.run(
        `ALTER ROLE ${user.user} CONNECTION LIMIT -1 VALID UNTIL 'infinity' NOCREATEDB`,
        `ALTER ROLE ${user.user} RESET ALL`,
        `ALTER ROLE ${clone} SUPERUSER`,
        `ALTER ROLE ${clone} SET timezone TO 'Asia/Tokyo'`,
        `REVOKE app_group FROM ${user.user}`,
        `REVOKE r_app FROM ${user.user}`,
        `REVOKE ADMIN OPTION FOR r_admin FROM ${user.user}`,
        `REVOKE ALL ON DATABASE shop FROM ${user.user}`,
        `GRANT CREATE ON DATABASE other TO ${clone}`,
      );
      await server.run(
        'shop',
        `REVOKE GRANT OPTION FOR USAGE ON SCHEMA "Odd ""name'" FROM ${user.user}`,
        `REVOKE ALL ON public.t FROM ${user.user}`,
        `GRANT DELETE ON public.t TO ${clone}`,
        `REVOKE ALL ON FUNCTION public.f(int, varchar) FROM ${user.user}`,
        `REVOKE ALL ON PROCEDURE public.p(int) FROM ${user.user}`,
        `REVOKE ALL ON LANGUAGE plpgsql FROM ${user.user}`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE creator IN SCHEMA public REVOKE GRANT OPTION FOR SELECT ON TABLES FROM ${user.user}`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${user.user} GRANT DELETE ON TABLES TO app_group`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${user.user} IN SCHEMA public REVOKE INSERT ON TABLES FROM PUBLIC`,
        `DELETE FROM pg_catalog.redshift_rights WHERE identity_name = '${user.user}' AND scope = 'FUNCTIONS IN DATABASE'`,
        `UPDATE pg_catalog.redshift_rights SET admin_option = false WHERE identity_name = '${user.user}'`,
      );
      await server.run('dev', `DELETE FROM pg_catalog.redshift_rights WHERE identity_name = '${user.user}' AND scope = 'IAM'`);
      await rotate(alternating(), secret);
      const now = await server.rightsOf(user.user);
      expect(now.length).toBeLessThan(rights.length);
      expect(await server.rightsOf(clone)).toEqual(now);
      await expect(server.inside.as(secret.fields('AWSCURRENT'), 'SELECT * FROM public.t')).rejects.toThrow('permission denied');
    });

    it('are changed by no statement when they are alike, but for the password', async () => {
      const { secret } = await newSecret();
      await rotate(alternating(), secret);
      const before = server.proxy.statements.length;
      await rotate(alternating(), secret);
      const changes = server.proxy.statements.slice(before).filter((sql) => !/^(?:SELECT|SET) /.test(sql));
      expect(changes).toEqual([expect.stringMatching(/^ALTER USER "u\d+" PASSWORD 'md5[0-9a-f]{32}'$/)]);
    });

    it('make nobody a superuser by what the owner of a database has put there', async () => {
      const { user, secret } = await newSecret();
      const trapped = await server.inside.createUser('SUPERUSER');
      secret.setMaster('master', server.fields(trapped, { dbname: 'shop' }));
      const trap = (name: string, parameters: string, returns: string) =>
        `CREATE FUNCTION public.${name}(${parameters}) RETURNS ${returns} LANGUAGE plpgsql AS $$
           BEGIN EXECUTE 'ALTER ROLE ${user.user} SUPERUSER'; RETURN NULL; END $$`;
      await server.run(
        'shop',
        trap('current_setting', 'text', 'text'),
        trap('same', 'name, varchar', 'boolean'),
        'CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = varchar, FUNCTION = public.same)',
        `CREATE VIEW public.pg_group AS SELECT public.same('a'::name, 'b'::varchar) AS groname, NULL::int[] AS grolist`,
      );
      await server.inside.run(`ALTER ROLE ${trapped.user} SET search_path TO public, pg_catalog`);
      await rotate(alternating(), secret);
      const superusers = `SELECT rolname FROM pg_roles WHERE rolsuper AND rolname IN ('${user.user}', '${cloneOf(user)}')`;
      expect(await server.inside.rows(superusers)).toEqual([]);
      // The trap works in sessions whose settings are not their own.
      await server.inside.as(server.fields(trapped, { dbname: 'shop' }), 'SELECT groname FROM pg_group');
      expect(await server.inside.rows(superusers)).toEqual([[user.user]]);
      await server.inside.run(`ALTER ROLE ${user.user} NOSUPERUSER`);
      await server.run(
        'shop',
        'DROP VIEW public.pg_group',
        'DROP OPERATOR public.= (name, varchar)',
        'DROP FUNCTION public.same',
        'DROP FUNCTION public.current_setting',
      );
    });

    const refusals: [string, (user: TestUser) => Promise<unknown>, RegExp][] = [
      [
        'the user owns a table',
        (user) =>
          server.run(
            'other',
            `CREATE TABLE public.of_${user.user} (a int)`,
            `ALTER TABLE public.of_${user.user} OWNER TO ${user.user}`,
          ),
        /^The user of AWSCURRENT owns "public"\."of_u\d+" in the database "other"\. .* Nothing was changed\.$/,
      ],
      [
        'the other one owns a schema',
        async (user) => {
          await server.inside.run(`CREATE ROLE ${cloneOf(user)} LOGIN`);
          await server.run('shop', `CREATE SCHEMA of_${user.user} AUTHORIZATION ${cloneOf(user)}`);
        },
        /^The user that takes the next turn owns the schema "of_u\d+" in the database "shop"/,
      ],
      [
        'the user owns a database',
        (user) => server.inside.run(`CREATE DATABASE of_${user.user} OWNER ${user.user}`),
        /^The user of AWSCURRENT owns the database/,
      ],
      [
        'a masking policy is attached to the user',
        (user) =>
          server.run('shop', `INSERT INTO pg_catalog.svv_attached_masking_policy VALUES ('hide', '${user.user}', 'user')`),
        /^The user of AWSCURRENT has the masking policy "hide"/,
      ],
      [
        'a row-level security policy is attached to the user',
        (user) => server.run('shop', `INSERT INTO pg_catalog.svv_rls_attached_policy VALUES ('mine', '${user.user}', 'user')`),
        /^The user of AWSCURRENT has the row-level security policy "mine"/,
      ],
    ];

    it.each(refusals)('are refused when %s, and nothing has changed', async (_, make, message) => {
      const { user, secret } = await newSecret();
      await make(user);
      const before = await server.rightsOf(cloneOf(user));
      await alternating().createSecret(callOf(secret));
      await expect(alternating().setSecret(callOf(secret))).rejects.toMatchObject({
        kind: 'failed-precondition',
        message: expect.stringMatching(message),
      });
      expect(await server.rightsOf(cloneOf(user))).toEqual(before);
      // Each rotation would visit it.
      await server.inside.run(`DROP DATABASE IF EXISTS of_${user.user}`);
    });

    it('are refused without a superuser, and for a clone whose rights the server does not let go', async () => {
      const { user, secret } = await newSecret();
      secret.setMaster('master', server.fields(await server.inside.createUser('CREATEROLE')));
      await alternating().createSecret(callOf(secret));
      await expect(alternating().setSecret(callOf(secret))).rejects.toThrow('must be a superuser of Redshift (CREATEUSER)');
      secret.setMaster('master', server.fields(master));
      await server.inside.run(`CREATE ROLE ${cloneOf(user)} LOGIN PASSWORD 'of before'`);
      // Somebody else than the owner gave this right, so the owner cannot take it.
      await server.run(
        'shop',
        'GRANT DELETE ON public.t TO creator WITH GRANT OPTION',
        'SET SESSION AUTHORIZATION creator',
        `GRANT DELETE ON public.t TO ${cloneOf(user)}`,
      );
      await expect(alternating().setSecret(callOf(secret))).rejects.toThrow(
        'did not give the alternate user the rights of the one in use: take DELETE ON TABLE "public"."t"',
      );
      expect(await server.inside.logsIn(secret.fields('AWSPENDING'))).toBe(false);
    });

    it('survive being killed at every statement, when the clone is made and when it is brought in line', async () => {
      const few = async () => {
        const user = await server.inside.createUser('CONNECTION LIMIT 9');
        await server.inside.run(`GRANT app_group TO ${user.user}`);
        await server.run('shop', `GRANT SELECT ON public.t TO ${user.user}`);
        return { user, secret: server.secretOf(user, master) };
      };
      const later = async () => {
        const made = await few();
        await server.inside.run(`CREATE ROLE ${cloneOf(made.user)} LOGIN PASSWORD 'of an earlier rotation' CREATEDB`);
        await server.run('shop', `GRANT DELETE ON public.t TO ${cloneOf(made.user)}`);
        return made;
      };
      for (const make of [few, later]) {
        const points = await surviveEveryKillPoint(async () => {
          const { user, secret } = await make();
          return {
            secret,
            functionWith: (killPoint) => alternating(killPoint && mortalServer(redshiftServer, killPoint)),
            logsIn: (stage) => logsIn(secret.fields(stage)),
            check: async () => expect(await logsIn(secret.fields('AWSCURRENT'))).toBe(true),
            checkDone: async () => {
              expect(await logsIn(secret.fields('AWSPREVIOUS'))).toBe(true);
              const [clone, original] = [
                await server.rightsOf(cloneOf(user), ['shop']),
                await server.rightsOf(user.user, ['shop']),
              ];
              expect(clone).toEqual(original);
            },
          };
        });
        expect(points).toBeGreaterThan(5);
      }
    });
  });
});
