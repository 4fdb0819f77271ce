// For tests: what Redshift's documentation knows, and how PostgreSQL says the same. Everything else is refused as by Redshift.

const ID = '"(?:[^"]|"")+"';
const LITERAL = String.raw`'(?:[^'\\]|''|\\.)*'`;
const OBJECT = `(?:${ID}\\.)?${ID}`;
const TYPES = String.raw`\([\w ,"[\]]*\)`;
const list = (item: string) => `${item}(?:, ${item})*`;

const RELATIONS = [
  ...['pg_user', 'pg_group', 'pg_database', 'pg_namespace', 'pg_class', 'pg_proc'],
  ...['svv_user_info', 'svv_user_grants', 'svv_iam_privileges', 'svv_database_privileges', 'svv_schema_privileges'],
  ...['svv_relation_privileges', 'svv_column_privileges', 'svv_function_privileges', 'svv_language_privileges'],
  ...['svv_ml_model_privileges', 'svv_default_privileges', 'svv_redshift_databases', 'svv_redshift_functions'],
  ...['svv_attached_masking_policy', 'svv_rls_attached_policy'],
];

/** Parameters that Redshift has, and PostgreSQL's where it has none of the name. */
const PARAMETERS: Readonly<Record<string, string>> = {
  search_path: 'search_path',
  datestyle: 'datestyle',
  timezone: 'timezone',
  statement_timeout: 'statement_timeout',
  enable_case_sensitive_identifier: 'redshift.enable_case_sensitive_identifier',
  query_group: 'redshift.query_group',
};

const PRIVILEGES: Readonly<Record<string, string>> = {
  TABLE: 'SELECT|INSERT|UPDATE|DELETE|DROP|REFERENCES|ALTER|TRUNCATE',
  DATABASE: 'CREATE|USAGE|TEMPORARY|TEMP|ALTER',
  SCHEMA: 'CREATE|USAGE|ALTER|DROP',
  FUNCTION: 'EXECUTE',
  PROCEDURE: 'EXECUTE',
  LANGUAGE: 'USAGE',
};

class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const unknownParameter = (name: string) => new Refusal('42704', `unrecognized configuration parameter "${name}"`);

const parameterOf = (name: string): string => {
  const known = PARAMETERS[name.toLowerCase()];
  if (known === undefined) throw unknownParameter(name);
  return known;
};

const matches = (text: string, pattern: string): RegExpExecArray | undefined =>
  new RegExp(`^${pattern}$`, 's').exec(text) ?? undefined;

/** One statement that does what several do. */
const together = (statements: readonly string[]): string =>
  `DO $redshift$ BEGIN ${statements.map((one) => `EXECUTE $one$${one}$one$;`).join(' ')} END $redshift$`;

const COLUMN = String.raw`(?:\w\.)?\w+`;
const CONDITION = String.raw`(?:${COLUMN} = (?:''|\d+)|datallowconn|NOT datistemplate)`;
const SETTING = String.raw`current_setting\(''\)`;
const RELATION = String.raw`pg_catalog\.(\w+)`;
const QUERY = `SELECT ${list(COLUMN)} FROM ${RELATION}(?: \\w)?(?: JOIN ${RELATION} \\w ON ${COLUMN} = ${COLUMN})?(?: WHERE ${CONDITION}(?: (?:AND|OR) ${CONDITION})*)?`;

const select = (sql: string): string => {
  const bare = sql.replaceAll(new RegExp(LITERAL, 'gs'), "''");
  if (matches(bare, String.raw`SELECT (?:1|current_user)`)) return sql;
  if (matches(bare, `SELECT ${list(SETTING)}`)) {
    return sql.replaceAll(/'(\w+)'/g, (_, name: string) => `'${parameterOf(name)}'`);
  }
  const query = matches(bare, QUERY);
  if (!query) throw new Refusal('42601', 'syntax error at or near "SELECT"');
  const unknown = query.slice(1).find((relation) => relation !== undefined && !RELATIONS.includes(relation));
  if (unknown) throw new Refusal('42P01', `relation "${unknown}" does not exist`);
  return sql;
};

const OPTION = `(?:(?:NO)?CREATE(?:DB|USER)|SYSLOG ACCESS (?:UN)?RESTRICTED|CONNECTION LIMIT (?:UNLIMITED|\\d+)|SESSION TIMEOUT \\d+|VALID UNTIL ${LITERAL})`;

/** What an option of a user is for PostgreSQL: one of its options, or a parameter in which the catalog keeps it. */
const optionOf = (user: string, option: string): { option?: string; statement?: string } => {
  const parameter = (name: string, value: string) => ({ statement: `ALTER ROLE ${user} SET redshift.${name} TO '${value}'` });
  const [, kind, value = ''] = /^(SYSLOG ACCESS|SESSION TIMEOUT|CONNECTION LIMIT) (\w+)$/.exec(option) ?? [];
  if (option === 'SYSLOG ACCESS RESTRICTED') return { statement: `ALTER ROLE ${user} RESET redshift.syslog_access` };
  if (kind === 'SYSLOG ACCESS') return parameter('syslog_access', value);
  if (kind === 'SESSION TIMEOUT') return parameter('session_timeout', value);
  if (kind === 'CONNECTION LIMIT') return { option: value === 'UNLIMITED' ? 'CONNECTION LIMIT -1' : option };
  return { option: option.replace('CREATEUSER', 'SUPERUSER') };
};

const requirePassword = (literal: string): void => {
  if (/^'md5[0-9a-f]{32}'$/.test(literal)) return;
  throw new Refusal('22023', 'the password must be a hash, or obey the rules of passwords');
};

const createUser = ([, user = '', password = '', options = '']: readonly string[]): string => {
  requirePassword(password);
  const found = [...options.matchAll(new RegExp(OPTION, 'gs'))].map(([option]) => optionOf(user, option));
  const own = found.flatMap(({ option }) => option ?? []).join(' ');
  return together([
    `CREATE ROLE ${user} LOGIN PASSWORD ${password} ${own}`,
    ...found.flatMap(({ statement }) => statement ?? []),
  ]);
};

const alterUser = ([, user = '', change = '']: readonly string[]): string => {
  if (change === 'RESET SESSION TIMEOUT') return `ALTER ROLE ${user} RESET redshift.session_timeout`;
  const parameter = /^(SET|RESET) "([^"]+)"(.*)$/s.exec(change);
  if (parameter) return `ALTER ROLE ${user} ${parameter[1]} ${parameterOf(parameter[2]!)}${parameter[3]}`;
  const password = /^PASSWORD (.*)$/s.exec(change)?.[1];
  if (password !== undefined) {
    requirePassword(password);
    return `ALTER ROLE ${user} PASSWORD ${password}`;
  }
  const { option, statement } = optionOf(user, change);
  return statement ?? `ALTER ROLE ${user} ${option}`;
};

const GRANT = `(GRANT|REVOKE (?:GRANT|ADMIN) OPTION FOR|REVOKE) (.+) (?:TO|FROM) (${ID})(?: FOR ([A-Z ]+))?(?: WITH (GRANT|ADMIN) OPTION)?`;

const text = (identifier: string): string => `'${identifier.slice(1, -1).replaceAll('""', '"').replaceAll("'", "''")}'`;

/** Rights that PostgreSQL does not know stand in a table, from which the views take them. */
const kept = (verb: string, user: string, isGrantable: boolean, values: Readonly<Record<string, string>>): string => {
  const all = { ...values, identity_name: text(user) };
  const where = Object.entries(all)
    .map(([name, value]) => `${name} = ${value}`)
    .join(' AND ');
  if (verb === 'REVOKE GRANT OPTION FOR') return `UPDATE pg_catalog.redshift_rights SET admin_option = false WHERE ${where}`;
  const remove = `DELETE FROM pg_catalog.redshift_rights WHERE ${where}`;
  if (verb === 'REVOKE') return remove;
  const [names, given] = [Object.keys(all).join(', '), Object.values(all).join(', ')];
  return together([remove, `INSERT INTO pg_catalog.redshift_rights (${names}, admin_option) VALUES (${given}, ${isGrantable})`]);
};

const grant = (sql: string): string => {
  const [, verb = '', what = '', user = '', command, option] = matches(sql, GRANT) ?? [];
  const role = matches(what, `ROLE (${ID})`)?.[1];
  if (role !== undefined) return sql.replace(/\bROLE "/, '"');
  const iam = matches(what, `ASSUMEROLE ON (${LITERAL}|default)`)?.[1];
  if (iam !== undefined && command !== undefined) {
    return kept(verb, user, false, { scope: "'IAM'", place: iam, privilege_type: `'${command}'` });
  }
  const scoped = matches(what, `([A-Z]+) FOR (TABLES|SCHEMAS|FUNCTIONS|LANGUAGES|PROCEDURES) IN (SCHEMA|DATABASE) (${ID})`);
  if (scoped) {
    const [, privilege, kind, on, place = ''] = scoped;
    return kept(verb, user, option === 'GRANT', {
      scope: `'${kind} IN ${on}'`,
      place: text(place),
      privilege_type: `'${privilege}'`,
    });
  }
  const kind = / ON ([A-Z]+) /.exec(what)?.[1] ?? '';
  const privilege = `(?:${PRIVILEGES[kind] ?? '$.'})${kind === 'TABLE' ? `(?: \\(${list(ID)}\\))?` : ''}`;
  const object = kind === 'FUNCTION' || kind === 'PROCEDURE' ? `${OBJECT}${TYPES}` : OBJECT;
  if (!matches(what, `${list(privilege)} ON ${kind} ${list(object)}`)) throw new Refusal('42601', 'syntax error at or near "ON"');
  return sql;
};

const DEFAULTS = `ALTER DEFAULT PRIVILEGES FOR USER ${ID}(?: IN SCHEMA ${ID})? (?:GRANT|REVOKE|REVOKE GRANT OPTION FOR) [A-Z]+ ON (?:TABLES|FUNCTIONS|PROCEDURES) (?:TO|FROM) (?:(?:ROLE |GROUP )?${ID}|PUBLIC)(?: WITH GRANT OPTION)?`;

const translated = (sql: string): string => {
  if (sql.startsWith('SELECT ')) return select(sql);
  const set = matches(sql, String.raw`SET (\w+) TO (.+)`);
  if (set) return `SET ${parameterOf(set[1]!)} TO ${set[2]}`;
  const create = matches(sql, `CREATE USER (${ID}) PASSWORD (${LITERAL})((?: ${OPTION})*)`);
  if (create) return createUser(create);
  const alter = matches(
    sql,
    `ALTER USER (${ID}) (${OPTION}|RESET SESSION TIMEOUT|PASSWORD ${LITERAL}|SET ${ID} TO ${list(LITERAL)}|RESET ${ID})`,
  );
  if (alter) return alterUser(alter);
  if (matches(sql, `ALTER GROUP ${ID} (?:ADD|DROP) USER ${ID}`)) return sql;
  if (matches(sql, GRANT)) return grant(sql);
  if (matches(sql, DEFAULTS)) return sql.replace(/ (TO|FROM) ROLE "/, ' $1 "');
  throw new Refusal('42601', `syntax error at or near "${sql.split(' ', 1)[0]!.replaceAll(/\W/g, '')}"`);
};

/** A statement that does in PostgreSQL what this one does in Redshift, be it to fail with Redshift's error. */
export const statementForPostgres = (sql: string): string => {
  try {
    return translated(sql);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `DO $redshift$ BEGIN RAISE EXCEPTION USING ERRCODE = '${error.code}', MESSAGE = $text$${error.message}$text$; END $redshift$`;
  }
};
