/** What the value of a secret must have, for a built-in function. */
export interface RequiredFields {
  /** Fields of the JSON object, each a string. None: the value may also be the password itself. */
  fields: readonly string[];
  /** The words that the field `engine` may be, in lower case. Unless `fields` has it, the value may do without it. */
  engines?: readonly string[];
}

export const MYSQL_ENGINES = ['mysql', 'mariadb', 'aurora-mysql', 'aurora'] as const;
export const POSTGRES_ENGINES = ['postgres', 'postgresql', 'aurora-postgresql'] as const;
export const REDSHIFT_ENGINES = ['redshift'] as const;
export const MONGODB_ENGINES = ['mongo', 'mongodb'] as const;
export const REDIS_ENGINES = ['redis', 'valkey'] as const;
export const RABBITMQ_ENGINES = ['rabbitmq'] as const;
/** Engines of AWS's secrets that no built-in function rotates. */
const OTHER_ENGINES: readonly string[] = ['oracle', 'sqlserver', 'db2'];

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
  'strongroom-redis-acl-user': { fields: LOGIN, engines: REDIS_ENGINES },
  'strongroom-redis-alternating-users': { fields: [...LOGIN, 'masterarn'], engines: REDIS_ENGINES },
  'strongroom-ssh-key': { fields: ['host', 'username', 'privateKey', 'hostKey'] },
  'strongroom-rabbitmq-user': { fields: LOGIN, engines: RABBITMQ_ENGINES },
  'strongroom-rabbitmq-alternating-users': { fields: [...LOGIN, 'masterarn'], engines: RABBITMQ_ENGINES },
  'strongroom-oauth2-refresh-token': { fields: ['client_id', 'refresh_token'] },
  'strongroom-mongodb-user': { fields: LOGIN, engines: MONGODB_ENGINES },
  'strongroom-mongodb-alternating-users': { fields: [...LOGIN, 'masterarn'], engines: MONGODB_ENGINES },
};

/** Undefined for a function that is not built in. */
export const requiredFieldsOf = (functionName: string): RequiredFields | undefined =>
  Object.hasOwn(BY_FUNCTION, functionName) ? BY_FUNCTION[functionName] : undefined;

/** Such as `strongroom-mysql-`. */
const familyOf = (functionName: string): string => functionName.split('-', 2).join('-') + '-';

/**
 * The built-in functions for an engine, by the word in the field `engine`. Functions that have two names are named once, by the
 * engine's own name if there is one. Empty if there are none.
 */
export const functionsFor = (engine: string): string[] => {
  const word = engine.toLowerCase();
  const fitting = Object.keys(BY_FUNCTION).filter((name) => BY_FUNCTION[name]!.engines?.includes(word));
  const family = familyOf(fitting.find((name) => name.includes(`-${word}-`)) ?? fitting[0] ?? '');
  return fitting.filter((name) => name.startsWith(family));
};

/**
 * What to do about an engine that a function does not take: a sentence that names the functions that do. It quotes the engine
 * only if it is the name of one; any other text may be a value that nobody must see.
 */
export const adviceFor = (engine: string): string => {
  const word = engine.toLowerCase();
  const fitting = functionsFor(word);
  if (fitting.length > 0) return `It is "${word}", which ${fitting.join(' or ')} rotates.`;
  const what = OTHER_ENGINES.includes(word) ? `It is "${word}"` : 'It names a server';
  return `${what}, which no built-in function rotates: register a function of your own.`;
};

/** The rule for `engine`. */
export const engineRule = (engines: readonly string[]): string => `must be ${engines.map((word) => `"${word}"`).join(' or ')}`;

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
    faults.push(`The field "engine" ${engineRule(engines)}. ${adviceFor(engine)}`);
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
