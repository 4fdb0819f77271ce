/** What the value of a secret must have, for a built-in function. */
export interface RequiredFields {
  /** Fields of the JSON object, each a string. None: the value may also be the password itself. */
  fields: readonly string[];
  /** The words that the field `engine` may be, in lower case. */
  engines?: readonly string[];
}

export const MYSQL_ENGINES = ['mysql', 'mariadb', 'aurora-mysql', 'aurora'] as const;
export const POSTGRES_ENGINES = ['postgres', 'postgresql', 'aurora-postgresql'] as const;
export const REDSHIFT_ENGINES = ['redshift'] as const;

const LOGIN = ['host', 'username', 'password'] as const;
const singleUser = (engines: readonly string[]): RequiredFields => ({ fields: ['engine', ...LOGIN], engines });
const alternatingUsers = (engines: readonly string[]): RequiredFields => ({ fields: ['engine', ...LOGIN, 'masterarn'], engines });

const BY_FUNCTION: Readonly<Record<string, RequiredFields>> = {
  'strongroom-password': { fields: [] },
  'strongroom-mysql-single-user': singleUser(MYSQL_ENGINES),
  'strongroom-mysql-alternating-users': alternatingUsers(MYSQL_ENGINES),
  'strongroom-mariadb-single-user': singleUser(MYSQL_ENGINES),
  'strongroom-mariadb-alternating-users': alternatingUsers(MYSQL_ENGINES),
  'strongroom-postgres-single-user': singleUser(POSTGRES_ENGINES),
  'strongroom-postgres-alternating-users': alternatingUsers(POSTGRES_ENGINES),
  'strongroom-redshift-single-user': singleUser(REDSHIFT_ENGINES),
  'strongroom-redshift-alternating-users': alternatingUsers(REDSHIFT_ENGINES),
  'strongroom-redis-acl-user': { fields: LOGIN },
  'strongroom-ssh-key': { fields: ['host', 'username', 'privateKey', 'hostKey'] },
  'strongroom-rabbitmq-user': { fields: LOGIN },
  'strongroom-rabbitmq-alternating-users': { fields: [...LOGIN, 'masterarn'] },
  'strongroom-oauth2-refresh-token': { fields: ['client_id', 'refresh_token'] },
  'strongroom-mongodb-user': { fields: LOGIN },
};

/** Undefined for a function that is not built in. */
export const requiredFieldsOf = (functionName: string): RequiredFields | undefined =>
  Object.hasOwn(BY_FUNCTION, functionName) ? BY_FUNCTION[functionName] : undefined;

/**
 * What the SecretString of a secret lacks for a function, each in a sentence that names the field and the rule, and never a
 * value; empty if nothing is missing. The function itself checks more, and only the server can say whether it accepts the login.
 */
export const faultsOf = ({ fields, engines }: RequiredFields, secretString: string | undefined): string[] => {
  if (secretString === undefined) return ['The value must be a SecretString.'];
  const object = parseObject(secretString);
  if (object === undefined) return fields.length === 0 ? [] : ['The SecretString must be a JSON object.'];
  const faults = (fields.length === 0 ? ['password'] : fields)
    .filter((name) => typeof object[name] !== 'string' || object[name] === '')
    .map((name) => `The field "${name}" must be a string that is not empty.`);
  const { engine } = object;
  if (engines && typeof engine === 'string' && engine !== '' && !engines.includes(engine.toLowerCase())) {
    faults.push(`The field "engine" must be ${engines.map((word) => `"${word}"`).join(' or ')}.`);
  }
  return faults;
};

const parseObject = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
};
