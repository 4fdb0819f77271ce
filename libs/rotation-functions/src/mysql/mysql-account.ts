import { tokensOf, type Token } from './mysql-text';

/** An account according to SHOW CREATE USER. */
export interface Account {
  /** Its authentication plugins, such as `mysql_native_password`; several if the server tries one after the other. */
  plugins: string[];
  /** Of the only plugin, where the server shows it. */
  hash?: string;
  /**
   * TLS requirements, limits, lock and password rules, complete: they can be used in CREATE USER and ALTER USER of an equal
   * account.
   */
  options: string;
  /** MySQL: the roles that a session has from its start, as the server lists them; undefined if there are none. */
  defaultRoles?: string;
}

const NATIVE = 'mysql_native_password';

/** Words that begin a part of the options, in the order of the grammar. */
const parts = ['DEFAULT', 'REQUIRE', 'WITH', 'ACCOUNT', 'PASSWORD', 'FAILED_LOGIN_ATTEMPTS', 'ATTRIBUTE', 'COMMENT'] as const;

const unquote = (text: string): string => (/^['"`]/.test(text) ? text.slice(1, -1) : text);

/** @param statement the first row of SHOW CREATE USER */
export const parseAccount = (statement: string, isMariaDb: boolean): Account => {
  const tokens = tokensOf(statement);
  const identified = tokens.findIndex((token) => token.kind === 'word' && token.text === 'IDENTIFIED');
  // CREATE USER `name`@`host`
  let at = identified < 0 ? 5 : identified + 1;
  const next = () => tokens[at++]?.text ?? '';
  const plugins: string[] = [];
  let hash: string | undefined;
  if (identified >= 0) {
    const how = next();
    if (how === 'BY') {
      next(); // PASSWORD
      plugins.push(NATIVE);
      hash = unquote(next());
    } else {
      do {
        plugins.push(unquote(next()));
        if (['USING', 'AS'].includes(tokens[at]?.text ?? '')) {
          at++;
          hash = unquote(next());
        }
      } while (tokens[at]?.text === 'OR' && at++ > 0);
      // MySQL's second factors.
      while (tokens[at]?.text === 'AND') {
        plugins.push('a second factor');
        at += tokens.slice(at).findIndex((token, index) => index > 0 && parts.includes(token.text as never)) || 1;
      }
    }
  } else plugins.push(NATIVE);
  const found = splitParts(statement, tokens.slice(at));
  return {
    plugins,
    hash: plugins.length === 1 ? hash : undefined,
    options: isMariaDb ? mariaDbOptions(found) : mySqlOptions(found),
    defaultRoles: found.get('DEFAULT')?.[0]?.replace(/^DEFAULT ROLE /, ''),
  };
};

const splitParts = (statement: string, tokens: readonly Token[]): Map<string, string[]> => {
  const starts = tokens.filter(
    (token, index) =>
      token.kind === 'word' &&
      (parts as readonly string[]).includes(token.text) &&
      // PASSWORD EXPIRE DEFAULT, PASSWORD REQUIRE CURRENT: not the beginning of a part.
      !['EXPIRE', 'HISTORY', 'INTERVAL', 'CURRENT', 'PASSWORD'].includes(tokens[index - 1]?.text ?? ''),
  );
  const found = new Map<string, string[]>();
  starts.forEach((token, index) => {
    const text = statement.slice(token.start, starts[index + 1]?.start).trim();
    found.set(token.text, [...(found.get(token.text) ?? []), text]);
  });
  return found;
};

const limits = (found: Map<string, string[]>, names: readonly string[]): string => {
  const given = new Map(
    [...(found.get('WITH')?.[0] ?? '').matchAll(/(MAX_[A-Z_]+) ([\d.]+)/g)].map(([, name, value]) => [name, value]),
  );
  return `WITH ${names.map((name) => `${name} ${given.get(name) ?? '0'}`).join(' ')}`;
};

const LIMITS = ['MAX_QUERIES_PER_HOUR', 'MAX_UPDATES_PER_HOUR', 'MAX_CONNECTIONS_PER_HOUR', 'MAX_USER_CONNECTIONS'];

// MariaDB prints only what differs from the default, so an account that is brought into line must be told the rest.
const mariaDbOptions = (found: Map<string, string[]>): string =>
  [
    found.get('REQUIRE')?.[0] ?? 'REQUIRE NONE',
    limits(found, [...LIMITS, 'MAX_STATEMENT_TIME']),
    found.get('ACCOUNT')?.[0] ?? 'ACCOUNT UNLOCK',
    found.get('PASSWORD')?.[0] ?? 'PASSWORD EXPIRE DEFAULT',
  ].join(' ');

const mySqlOptions = (found: Map<string, string[]>): string =>
  [
    found.get('REQUIRE')?.[0] ?? 'REQUIRE NONE',
    limits(found, LIMITS),
    ...(found.get('PASSWORD') ?? []),
    ...(found.get('ACCOUNT') ?? []),
    found.get('FAILED_LOGIN_ATTEMPTS')?.[0] ?? 'FAILED_LOGIN_ATTEMPTS 0 PASSWORD_LOCK_TIME 0',
    ...(found.get('COMMENT') ?? []),
    ...(found.get('ATTRIBUTE') ?? []),
  ].join(' ');
