import { invalidRequest } from '@strongroom/errors';
import { literal, quoted } from '../shared/sql-literal';
import type { SqlConnection } from '../shared/sql-server.port';

/** What somebody will be allowed on what a user creates from now on. One of the two is the user that it is read for. */
export interface DefaultPrivilege {
  owner: string;
  grantee: string;
  granteeType: string;
  /** '' for all schemas. */
  schema: string;
  objects: string;
  privilege: string;
  isGrantable: boolean;
}

const OBJECTS: Readonly<Record<string, string>> = { RELATION: 'TABLES', FUNCTION: 'FUNCTIONS', PROCEDURE: 'PROCEDURES' };
const GRANTEES = ['user', 'role', 'group', 'public'];

/**
 * The default privileges in the session's database that a user gives or gets.
 * @param other the user that takes turns with this one. What one of them gives the other, or itself, does not count: neither owns
 * anything that lasts.
 */
export const defaultPrivileges = async (connection: SqlConnection, user: string, other: string): Promise<DefaultPrivilege[]> => {
  const name = literal(user);
  const rows = await connection.query(
    `SELECT owner_name, grantee_name, grantee_type, schema_name, object_type, privilege_type, admin_option FROM pg_catalog.svv_default_privileges WHERE owner_name = ${name} OR grantee_name = ${name}`,
  );
  return rows.map(privilegeOf).filter(({ owner, grantee, granteeType }) => {
    const gets = granteeType === 'user' && grantee === user;
    const involvesOther = owner === other || (granteeType === 'user' && grantee === other);
    return !involvesOther && (owner === user) !== gets;
  });
};

const privilegeOf = ([owner, grantee, type, schema, object, privilege, isGrantable]: readonly unknown[]): DefaultPrivilege => {
  const granteeType = String(type).toLowerCase();
  const objects = OBJECTS[String(object).toUpperCase()];
  if (objects === undefined || !GRANTEES.includes(granteeType) || !/^[A-Z]+$/i.test(String(privilege))) {
    throw invalidRequest(
      'The database server shows a default privilege in an unknown form, so it cannot be cloned. Nothing was changed.',
    );
  }
  return {
    owner: String(owner),
    grantee: granteeType === 'public' ? '' : String(grantee),
    granteeType,
    schema: typeof schema === 'string' ? schema : '',
    objects,
    privilege: String(privilege).toUpperCase(),
    isGrantable: isGrantable === true,
  };
};

/** The same privilege for another user. */
const movedTo = (privilege: DefaultPrivilege, from: string, to: string): DefaultPrivilege =>
  privilege.owner === from ? { ...privilege, owner: to } : { ...privilege, grantee: to };

const idOf = (privilege: DefaultPrivilege): string => JSON.stringify({ ...privilege, isGrantable: undefined });

const grantees: Readonly<Record<string, (name: string) => string>> = {
  user: quoted,
  role: (name) => `ROLE ${quoted(name)}`,
  group: (name) => `GROUP ${quoted(name)}`,
  public: () => 'PUBLIC',
};

const statementOf = (verb: 'GRANT' | 'REVOKE' | 'REVOKE GRANT OPTION FOR', of: DefaultPrivilege): string => {
  const where = of.schema === '' ? '' : ` IN SCHEMA ${quoted(of.schema)}`;
  const grantee = grantees[of.granteeType]!(of.grantee);
  const option = verb === 'GRANT' && of.isGrantable ? ' WITH GRANT OPTION' : '';
  const direction = verb === 'GRANT' ? 'TO' : 'FROM';
  return `ALTER DEFAULT PRIVILEGES FOR USER ${quoted(of.owner)}${where} ${verb} ${of.privilege} ON ${of.objects} ${direction} ${grantee}${option}`;
};

/** Statements that give a user the default privileges of another, each with what it does. */
export const changesOfDefaults = (
  users: { current: string; alternate: string },
  present: readonly DefaultPrivilege[],
  wanted: readonly DefaultPrivilege[],
): [string, string][] => {
  const ofCurrent = wanted.map((one) => movedTo(one, users.current, users.alternate));
  const [have, want] = [present, ofCurrent].map((all) => new Map(all.map((one) => [idOf(one), one])));
  const describe = (deed: string, { privilege, objects }: DefaultPrivilege) =>
    `${deed} the default privilege ${privilege} ON ${objects}`;
  return [
    ...present
      .filter((one) => !want!.has(idOf(one)))
      .map((one): [string, string] => [describe('take', one), statementOf('REVOKE', one)]),
    ...present
      .filter((one) => one.isGrantable && want!.get(idOf(one))?.isGrantable === false)
      .map((one): [string, string] => [describe('change', one), statementOf('REVOKE GRANT OPTION FOR', one)]),
    ...ofCurrent
      .filter((one) => {
        const held = have!.get(idOf(one));
        return !held || (one.isGrantable && !held.isGrantable);
      })
      .map((one): [string, string] => [describe('grant', one), statementOf('GRANT', one)]),
  ];
};
