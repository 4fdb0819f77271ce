import { invalidRequest } from '@strongroom/errors';
import { literal, quoted } from '../shared/sql-literal';
import type { SqlConnection } from '../shared/sql-server.port';

/** What a user is to the rotation, for messages. */
export type Part = 'The user of AWSCURRENT' | 'The user that takes the next turn';

const TEMPORARY = /^pg_(?:temp|toast)/;

const owned = (part: Part, what: string) =>
  invalidRequest(
    `${part} owns ${what}. On Redshift only the owner may change or drop it, so the two users could not have the same rights: make another user its owner (ALTER … OWNER TO), or rotate by strongroom-redshift-single-user. Nothing was changed.`,
  );

/** Refuses a user that owns a database. */
export const requireNoDatabase = async (connection: SqlConnection, part: Part, id: string): Promise<void> => {
  const [row] = await connection.query(`SELECT datname FROM pg_catalog.pg_database WHERE datdba = ${id}`);
  if (row) throw owned(part, `the database ${quoted(String(row[0]))}`);
};

/** Refuses a user that owns something in the session's database, or to whom a policy is attached by name. */
export const requireClonable = async (
  connection: SqlConnection,
  user: { part: Part; name: string; id: string },
  database: string,
): Promise<void> => {
  const of = `in the database ${quoted(database)}`;
  const [schema] = await namesIn(connection, `nspname, nspname FROM pg_catalog.pg_namespace WHERE nspowner = ${user.id}`);
  if (schema) throw owned(user.part, `the schema ${quoted(schema[0])} ${of}`);
  const [relation] = await namesIn(
    connection,
    `n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relowner = ${user.id}`,
  );
  if (relation) throw owned(user.part, `${relation.map(quoted).join('.')} ${of}`);
  const [fn] = await namesIn(
    connection,
    `n.nspname, p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.proowner = ${user.id}`,
  );
  if (fn) throw owned(user.part, `the function ${fn.map(quoted).join('.')} ${of}`);
  await requireNoPolicy(connection, user, of);
};

/** @param query what follows SELECT: the name of a schema, and of what is in it */
const namesIn = async (connection: SqlConnection, query: string): Promise<[string, string][]> =>
  (await connection.query(`SELECT ${query}`))
    .map(([schema, name]): [string, string] => [String(schema), String(name)])
    .filter(([schema]) => !TEMPORARY.test(schema));

/** A clone without the policy would see what the user may not see. */
const requireNoPolicy = async (
  connection: SqlConnection,
  { part, name }: { part: Part; name: string },
  of: string,
): Promise<void> => {
  const user = literal(name);
  const kinds = [
    [
      'masking policy',
      `policy_name, grantee FROM pg_catalog.svv_attached_masking_policy WHERE grantee = ${user} AND grantee_type = 'user'`,
    ],
    [
      'row-level security policy',
      `polname, grantee FROM pg_catalog.svv_rls_attached_policy WHERE grantee = ${user} AND granteekind = 'user'`,
    ],
  ] as const;
  for (const [kind, query] of kinds) {
    const row = (await connection.query(`SELECT ${query}`)).find(([, grantee]) => grantee === name);
    if (!row) continue;
    throw invalidRequest(
      `${part} has the ${kind} ${quoted(String(row[0]))} ${of}, which was attached to this user by name: attach it to a role that the user has. Nothing was changed.`,
    );
  }
};
