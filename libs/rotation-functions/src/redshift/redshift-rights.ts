import { invalidRequest } from '@strongroom/errors';
import { literal, quoted } from '../shared/sql-literal';
import type { SqlConnection } from '../shared/sql-server.port';

/** A right that was granted to a user by name. */
export interface Right {
  /** Such as `SELECT`, `SELECT ("a")` or `ROLE "r"`. */
  privilege: string;
  /** What stands before the object, such as `ON TABLE` or `FOR TABLES IN SCHEMA`; '' for what has no object. */
  on: string;
  object: string;
  /** What stands after the user, such as `FOR COPY`; '' mostly. */
  rest: string;
  /** Whether the user may grant it to others. */
  isGrantable: boolean;
}

/** A view of the server in which rights on one kind of objects stand. */
interface Source {
  view: string;
  columns: string;
  /** The column with the user's name. Absent: the view is about roles and groups as well. */
  user?: string;
  /** Undefined for a row that does not count. */
  rightOf: (row: readonly string[]) => Partial<Right> | undefined;
}

/** A word or some of them, as they may stand in a statement without quotes. */
const words = (text: string | undefined): string => {
  const found = String(text).toUpperCase();
  if (!/^[A-Z]+(?: [A-Z]+){0,3}$/.test(found)) throw unknownForm();
  return found === 'TEMP' ? 'TEMPORARY' : found;
};

/** The types of a function's parameters, such as `integer, character varying`. */
const types = (text: string | undefined): string => {
  if (!/^[\w ,"[\]]*$/.test(text ?? '')) throw unknownForm();
  return text ?? '';
};

const unknownForm = () =>
  invalidRequest('The database server shows a right in an unknown form, so it cannot be cloned. Nothing was changed.');

const inSchema = (schema?: string, name?: string) => `${quoted(schema ?? '')}.${quoted(name ?? '')}`;

/** Scoped permissions are on all objects of a kind in a place, and the others on the place itself. */
const onOrFor = (scope: string | undefined, place: 'DATABASE' | 'SCHEMA'): string => {
  const kind = words(scope);
  return kind === place ? `ON ${place}` : `FOR ${kind} IN ${place}`;
};

// Where the server calls what may be granted by another name than the statement does.
const COMMANDS: Readonly<Record<string, string>> = { EXFUNC: 'EXTERNAL FUNCTION' };
const DEFAULT_IAM_ROLE = 'default-aws-iam-role';

const roleName = (name = ''): string => (/^sys:[a-z_]+$/.test(name) ? name : quoted(name));

/** @param isShown which rows count here, by the database and whether the right is on the database itself */
const databasePrivileges = (isShown: (database: string, isScoped: boolean) => boolean): Source => ({
  view: 'svv_database_privileges',
  columns: 'admin_option, database_name, privilege_type, privilege_scope',
  rightOf: ([database = '', privilege, scope]) => {
    const on = onOrFor(scope, 'DATABASE');
    if (!isShown(database, on !== 'ON DATABASE')) return undefined;
    return { privilege: words(privilege), on, object: quoted(database) };
  },
});

/** @param databases those in which rights are looked up one by one: scoped permissions can be granted only there */
const ofCluster = (databases: readonly string[]): readonly Source[] => [
  databasePrivileges((database, isScoped) => !isScoped || !databases.includes(database)),
  {
    view: 'svv_user_grants',
    columns: 'admin_option, role_name',
    user: 'user_name',
    rightOf: ([role]) => ({ privilege: `ROLE ${roleName(role)}` }),
  },
  {
    view: 'svv_iam_privileges',
    columns: 'false, iam_arn, command_type',
    rightOf: ([role = '', command = '']) => ({
      privilege: 'ASSUMEROLE',
      on: 'ON',
      object: role === DEFAULT_IAM_ROLE ? 'default' : literal(role),
      rest: `FOR ${words(COMMANDS[command.toUpperCase()] ?? command)}`,
    }),
  },
];

const ofDatabase = (name: string, isProcedure: (schema: string, name: string, types: string) => boolean): readonly Source[] => [
  databasePrivileges((database, isScoped) => isScoped && database === name),
  {
    view: 'svv_schema_privileges',
    columns: 'admin_option, namespace_name, privilege_type, privilege_scope',
    rightOf: ([schema = '', privilege, scope]) => ({
      privilege: words(privilege),
      on: onOrFor(scope, 'SCHEMA'),
      object: quoted(schema),
    }),
  },
  {
    view: 'svv_relation_privileges',
    columns: 'admin_option, namespace_name, relation_name, privilege_type',
    rightOf: ([schema, relation, privilege]) => ({
      privilege: words(privilege),
      on: 'ON TABLE',
      object: inSchema(schema, relation),
    }),
  },
  {
    view: 'svv_column_privileges',
    columns: 'false, namespace_name, relation_name, privilege_type, column_name',
    rightOf: ([schema, relation, privilege, column = '']) => ({
      privilege: `${words(privilege)} (${quoted(column)})`,
      on: 'ON TABLE',
      object: inSchema(schema, relation),
    }),
  },
  {
    view: 'svv_function_privileges',
    columns: 'admin_option, namespace_name, function_name, privilege_type, argument_types',
    rightOf: ([schema = '', fn = '', privilege, parameters = '']) => ({
      privilege: words(privilege),
      on: isProcedure(schema, fn, parameters) ? 'ON PROCEDURE' : 'ON FUNCTION',
      object: `${inSchema(schema, fn)}(${types(parameters)})`,
    }),
  },
  {
    view: 'svv_language_privileges',
    columns: 'admin_option, language_name, privilege_type',
    rightOf: ([language = '', privilege]) => ({ privilege: words(privilege), on: 'ON LANGUAGE', object: quoted(language) }),
  },
  {
    view: 'svv_ml_model_privileges',
    columns: 'admin_option, namespace_name, model_name, privilege_type',
    rightOf: ([schema, model, privilege]) => ({
      privilege: words(privilege),
      on: 'ON MODEL',
      object: inSchema(schema, model),
    }),
  },
];

/** The rights of a user that count in the whole cluster. @param databases see `rightsInDatabase` */
export const rightsInCluster = (connection: SqlConnection, user: string, databases: readonly string[]): Promise<Right[]> =>
  read(connection, user, ofCluster(databases));

/** The rights of a user on what is in the database of the session. */
export const rightsInDatabase = async (connection: SqlConnection, user: string, database: string): Promise<Right[]> => {
  const procedures = await proceduresOf(connection, database);
  return read(connection, user, ofDatabase(database, procedures));
};

const read = async (connection: SqlConnection, user: string, sources: readonly Source[]): Promise<Right[]> => {
  const rights = new Map<string, Right>();
  for (const { view, columns, user: column, rightOf } of sources) {
    const name = column ?? 'identity_name';
    const rows = await connection.query(
      `SELECT ${name}, ${columns} FROM pg_catalog.${view} WHERE ${name} = ${literal(user)}${column ? '' : " AND identity_type = 'user'"}`,
    );
    for (const [of, isGrantable, ...row] of rows) {
      // A server may compare without regard to case.
      if (of !== user) continue;
      const found = rightOf(row.map((value) => (typeof value === 'string' ? value : '')));
      if (!found) continue;
      const right = { privilege: '', on: '', object: '', rest: '', ...found, isGrantable: isGrantable === true };
      // The same right may come from several users.
      const id = idOf(right);
      rights.set(id, { ...right, isGrantable: right.isGrantable || rights.get(id)?.isGrantable === true });
    }
  }
  return [...rights.values()];
};

/** Functions and procedures share one view of rights, which does not tell one from the other. */
const proceduresOf = async (connection: SqlConnection, database: string) => {
  const rows = await connection.query(
    `SELECT schema_name, function_name, argument_type, function_type FROM pg_catalog.svv_redshift_functions WHERE database_name = ${literal(database)} AND function_type = 'STORED PROCEDURE'`,
  );
  const found = new Set(rows.map(([schema, name, parameters]) => JSON.stringify([schema, name, parameters ?? ''])));
  return (schema: string, name: string, parameters: string) => found.has(JSON.stringify([schema, name, parameters]));
};

/** What a right is on and for, whether it may be granted on or not. */
export const idOf = ({ privilege, on, object, rest }: Right): string =>
  [privilege, on, object, rest].filter((part) => part !== '').join(' ');

const isRole = ({ privilege }: Right): boolean => privilege.startsWith('ROLE ');
const optionOf = (right: Right): string => `WITH ${isRole(right) ? 'ADMIN' : 'GRANT'} OPTION`;

/** Statements that leave a user with the wanted rights, and each with what it does: first what is taken, then what is given. */
export const changesOf = (user: string, present: readonly Right[], wanted: readonly Right[]): [string, string][] => {
  const [have, want] = [present, wanted].map((rights) => new Map(rights.map((right) => [idOf(right), right])));
  const taken = present.filter((right) => !want!.has(idOf(right)));
  const optionTaken = present.filter((right) => right.isGrantable && want!.get(idOf(right))?.isGrantable === false);
  const given = wanted.filter((right) => {
    const held = have!.get(idOf(right));
    return !held || (right.isGrantable && !held.isGrantable);
  });
  const name = quoted(user);
  const end = ({ rest }: Right) => (rest === '' ? '' : ` ${rest}`);
  const change =
    (deed: string, statement: (what: string, first: Right) => string) =>
    (group: Right[]): [string, string] => [`${deed} ${idOf(group[0]!)}`, statement(whatOf(group), group[0]!)];
  return [
    ...grouped(taken).map(change('take', (what, first) => `REVOKE ${what} FROM ${name}${end(first)}`)),
    ...grouped(optionTaken).map(
      change('take the option to grant', (what, first) => {
        const option = isRole(first) ? 'ADMIN' : 'GRANT';
        return `REVOKE ${option} OPTION FOR ${what} FROM ${name}${end(first)}`;
      }),
    ),
    ...grouped(given).map(
      change('grant', (what, first) => {
        const option = first.isGrantable ? ` ${optionOf(first)}` : '';
        return `GRANT ${what} TO ${name}${end(first)}${option}`;
      }),
    ),
  ];
};

// A user may have rights on thousands of tables, and each statement is a turn to and from the server.
const MAX_OBJECTS = 100;
const LISTED = ['ON DATABASE', 'ON SCHEMA', 'ON TABLE', 'ON FUNCTION', 'ON PROCEDURE', 'ON LANGUAGE'];

/** Rights that one statement can name: the same privilege on objects of the same kind. */
const grouped = (rights: readonly Right[]): Right[][] => {
  const groups = new Map<string, Right[]>();
  rights.forEach((right, index) => {
    const isListed = LISTED.includes(right.on);
    const key = JSON.stringify([right.privilege, right.on, right.isGrantable, right.rest, isListed ? '' : index]);
    const group = groups.get(key);
    if (group) group.push(right);
    else groups.set(key, [right]);
  });
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MAX_OBJECTS) }, (_, part) =>
      group.slice(part * MAX_OBJECTS, (part + 1) * MAX_OBJECTS),
    ),
  );
};

const whatOf = (group: readonly Right[]): string =>
  [group[0]!.privilege, group[0]!.on, group.map(({ object }) => object).join(', ')].filter((part) => part !== '').join(' ');
