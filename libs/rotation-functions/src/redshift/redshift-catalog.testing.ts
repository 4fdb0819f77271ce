// For tests: Redshift's views over PostgreSQL's catalogs. PostgreSQL's roles without a login are Redshift's groups, or its roles
// if their names begin with r_.

const identity = (name: string) =>
  `${name}.oid::int AS identity_id, ${name}.rolname::text AS identity_name, CASE WHEN ${name}.rolcanlogin THEN 'user' WHEN ${name}.rolname LIKE 'r\\\\_%' THEN 'role' ELSE 'group' END AS identity_type`;

/** The rights in a catalog's column, of others than the owner. */
const privileges = (view: string, columns: string, from: string, acl: string, owner: string) =>
  `CREATE VIEW pg_catalog.svv_${view}_privileges AS
   SELECT ${columns}, a.privilege_type::text, ${identity('g')}, a.is_grantable AS admin_option
     FROM ${from}, aclexplode(${acl}) a JOIN pg_roles g ON g.oid = a.grantee WHERE a.grantee <> ${owner}`;

const kept = (scope: string, columns: string) =>
  `SELECT place AS ${columns}, privilege_type, 0, identity_name, 'user', admin_option, split_part(scope, ' ', 1)
     FROM pg_catalog.redshift_rights WHERE scope LIKE '%${scope}'`;

const parameterOf = (role: string, name: string, otherwise: string) =>
  `coalesce((SELECT split_part(c, '=', 2) FROM pg_db_role_setting s, unnest(s.setconfig) c
     WHERE s.setrole = ${role} AND s.setdatabase = 0 AND c LIKE 'redshift.${name}=%'), '${otherwise}')`;

const noRows = (view: string, ...columns: string[]) =>
  `CREATE VIEW pg_catalog.${view} AS SELECT ${columns.map((column) => `''::text AS ${column}`).join(', ')} WHERE false`;

/** Statements for a superuser in template1, before other databases are made of it. */
export const redshiftCatalog: readonly string[] = [
  'SET allow_system_table_mods = on',
  'SET standard_conforming_strings = off',
  'SET escape_string_warning = off',
  'CREATE TABLE pg_catalog.redshift_rights (scope text, place text, privilege_type text, identity_name text, admin_option bool)',
  // Those of the rotation's sessions are names in a namespace of PostgreSQL's own.
  `CREATE OR REPLACE VIEW pg_catalog.pg_user AS
   SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper, rolreplication AS userepl,
          rolbypassrls AS usebypassrls, '********'::text AS passwd, rolvaliduntil AS valuntil,
          (SELECT array_agg(regexp_replace(c, '^redshift[.]query', 'query')) FROM pg_db_role_setting s, unnest(s.setconfig) c
            WHERE s.setrole = r.oid AND s.setdatabase = 0 AND c NOT LIKE 'redshift.s%') AS useconfig
     FROM pg_roles r WHERE rolcanlogin`,
  `CREATE OR REPLACE VIEW pg_catalog.pg_group AS
   SELECT rolname AS groname, oid AS grosysid, ARRAY(SELECT member FROM pg_auth_members WHERE roleid = r.oid) AS grolist
     FROM pg_roles r WHERE NOT rolcanlogin AND rolname NOT LIKE 'r\\\\_%' AND rolname NOT LIKE 'pg\\\\_%'`,
  `CREATE VIEW pg_catalog.svv_user_info AS
   SELECT rolname::text AS user_name, oid::int AS user_id, rolcreatedb AS createdb, rolsuper AS superuser,
          CASE rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE rolconnlimit::text END AS connection_limit,
          ${parameterOf('r.oid', 'syslog_access', 'RESTRICTED')} AS syslog_access,
          ${parameterOf('r.oid', 'session_timeout', '0')}::int AS session_timeout
     FROM pg_roles r WHERE rolcanlogin`,
  `CREATE VIEW pg_catalog.svv_user_grants AS
   SELECT u.oid::int AS user_id, u.rolname::text AS user_name, g.rolname::text AS role_name, m.admin_option
     FROM pg_auth_members m JOIN pg_roles u ON u.oid = m.member JOIN pg_roles g ON g.oid = m.roleid WHERE g.rolname LIKE 'r\\\\_%'`,
  `CREATE VIEW pg_catalog.svv_iam_privileges AS
   SELECT place AS iam_arn, privilege_type AS command_type, 0 AS identity_id, identity_name, 'user'::text AS identity_type
     FROM pg_catalog.redshift_rights WHERE scope = 'IAM'`,
  `${privileges('database', 'd.datname::text AS database_name', 'pg_database d', 'd.datacl', 'd.datdba').replace('AS admin_option', "AS admin_option, 'DATABASE'::text AS privilege_scope")}
   UNION ALL ${kept('IN DATABASE', 'database_name')}`,
  `${privileges('schema', 'n.nspname::text AS namespace_name', 'pg_namespace n', 'n.nspacl', 'n.nspowner').replace('AS admin_option', "AS admin_option, 'SCHEMA'::text AS privilege_scope")}
   UNION ALL ${kept('IN SCHEMA', 'namespace_name')}`,
  privileges(
    'relation',
    'n.nspname::text AS namespace_name, c.relname::text AS relation_name',
    'pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace',
    'c.relacl',
    'c.relowner',
  ),
  privileges(
    'column',
    'n.nspname::text AS namespace_name, c.relname::text AS relation_name, t.attname::text AS column_name',
    'pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace',
    't.attacl',
    'c.relowner',
  ),
  privileges(
    'function',
    'n.nspname::text AS namespace_name, p.proname::text AS function_name, oidvectortypes(p.proargtypes) AS argument_types',
    'pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace',
    'p.proacl',
    'p.proowner',
  ),
  privileges('language', 'l.lanname::text AS language_name', 'pg_language l', 'l.lanacl', 'l.lanowner'),
  noRows(
    'svv_ml_model_privileges',
    'namespace_name',
    'model_name',
    'privilege_type',
    'identity_name',
    'identity_type',
    'admin_option',
  ),
  `CREATE VIEW pg_catalog.svv_default_privileges AS
   SELECT n.nspname::text AS schema_name, CASE d.defaclobjtype WHEN 'r' THEN 'RELATION' ELSE 'FUNCTION' END AS object_type,
          o.rolname::text AS owner_name, 'user'::text AS owner_type, a.privilege_type::text, coalesce(g.rolname::text, 'public') AS grantee_name,
          CASE WHEN g.oid IS NULL THEN 'public' WHEN g.rolcanlogin THEN 'user' WHEN g.rolname LIKE 'r\\\\_%' THEN 'role' ELSE 'group' END AS grantee_type,
          a.is_grantable AS admin_option
     FROM pg_default_acl d JOIN pg_roles o ON o.oid = d.defaclrole LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace,
          aclexplode(d.defaclacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee`,
  `CREATE VIEW pg_catalog.svv_redshift_databases AS
   SELECT datname::text AS database_name, 'local'::text AS database_type FROM pg_database WHERE datname <> 'postgres'`,
  `CREATE VIEW pg_catalog.svv_redshift_functions AS
   SELECT current_database()::text AS database_name, n.nspname::text AS schema_name, p.proname::text AS function_name,
          CASE p.prokind WHEN 'p' THEN 'STORED PROCEDURE' ELSE 'REGULAR FUNCTION' END AS function_type,
          oidvectortypes(p.proargtypes) AS argument_type
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace`,
  'CREATE TABLE pg_catalog.svv_attached_masking_policy (policy_name text, grantee text, grantee_type text)',
  'CREATE TABLE pg_catalog.svv_rls_attached_policy (polname text, grantee text, granteekind text)',
  'GRANT SELECT ON ALL TABLES IN SCHEMA pg_catalog TO PUBLIC',
];
