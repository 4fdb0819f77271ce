import { listOf, tokensOf, type Token } from './mysql-text';

/** One right that an account has, in the server's own words. */
export interface Grant {
  /**
   * What it is, such as "SELECT (`a`) ON `shop`.`t`": equal rights have equal ids, whoever has them. Fit for a message: it names
   * no account but a proxied one.
   */
  id: string;
  kind: 'privilege' | 'grant-option' | 'role' | 'proxy';
  /** Such as `SELECT`; the role; the account that is proxied. */
  what: string;
  /** Such as "`shop`.*"; with PROCEDURE or FUNCTION before it. Empty for roles and proxies. */
  on: string;
  column?: string;
  /** WITH ADMIN OPTION of a role, WITH GRANT OPTION of a proxy or a dynamic privilege. */
  grantable: boolean;
}

export interface Grants {
  grants: Grant[];
  /** MariaDB; undefined when there is none. */
  defaultRole?: string;
  /** Lines that none of our statements would reproduce. */
  unknown: string[];
  /** Lines that were of the grantee. */
  lines: number;
}

/** MySQL's dynamic privileges have an underscore in their names, and a grant option each; the others share one an object. */
const isDynamic = (privilege: string): boolean => privilege.includes('_');

const privilegeGrant = (what: string, on: string, column: string | undefined, grantable: boolean): Grant => ({
  id: `${what}${column ? ` (${column})` : ''} ON ${on}${grantable ? ' WITH GRANT OPTION' : ''}`,
  kind: 'privilege',
  what,
  on,
  column,
  grantable,
});

const textBetween = (line: string, from: Token, to: Token): string => line.slice(from.end, to.start).trim();

/**
 * Reads the answer of SHOW GRANTS.
 * @param account of this grantee only, as the server writes it; of all that are listed (the session's roles too) when absent
 */
export const parseGrants = (lines: readonly string[], account?: string): Grants => {
  const result: Grants = { grants: [], unknown: [], lines: 0 };
  for (const line of lines) readLine(line, account, result);
  return result;
};

const readLine = (line: string, account: string | undefined, result: Grants): void => {
  const tokens = tokensOf(line);
  const word = (text: string) => tokens.find((token) => token.kind === 'word' && token.text === text);
  const [first, to, on] = [tokens[0], word('TO'), word('ON')];
  const isDefault = line.startsWith('SET DEFAULT ROLE ');
  const before = isDefault ? word('FOR') : to;
  if (!before || !first) return void result.unknown.push(line);
  const grantee = line.slice(before.end).trim();
  if (account && !(grantee === account || grantee.startsWith(`${account} `))) return;
  result.lines++;
  if (isDefault) {
    result.defaultRole = textBetween(line, word('ROLE')!, before);
    return;
  }
  if (first.text !== 'GRANT') return void result.unknown.push(line);
  const after = tokens.filter((token) => token.start > before.end).map((token) => token.text);
  const has = (...words: string[]) => ` ${after.join(' ')} `.includes(` ${words.join(' ')} `);
  if (!on) {
    const grantable = has('WITH', 'ADMIN', 'OPTION');
    for (const role of listOf(textBetween(line, first, before))) {
      result.grants.push({ id: `${role}${grantable ? ' WITH ADMIN OPTION' : ''}`, kind: 'role', what: role, on: '', grantable });
    }
    return;
  }
  const object = textBetween(line, on, before);
  const grantable = has('WITH', 'GRANT', 'OPTION');
  const privileges = listOf(textBetween(line, first, on));
  if (privileges[0] === 'PROXY') {
    result.grants.push({
      id: `PROXY ON ${object}${grantable ? ' WITH GRANT OPTION' : ''}`,
      kind: 'proxy',
      what: object,
      on: '',
      grantable,
    });
    return;
  }
  for (const text of privileges) {
    const group = tokensOf(text).find((token) => token.kind === 'group');
    const what = group ? text.slice(0, group.start).trim() : text;
    if (what === 'USAGE') continue;
    const columns = group ? listOf(group.text.slice(1, -1)) : [undefined];
    for (const column of columns) result.grants.push(privilegeGrant(what, object, column, grantable && isDynamic(what)));
  }
  if (grantable && !privileges.every(isDynamic)) {
    result.grants.push({
      id: `GRANT OPTION ON ${object}`,
      kind: 'grant-option',
      what: 'GRANT OPTION',
      on: object,
      grantable: false,
    });
  }
};

export const grantStatement = (grant: Grant, account: string): string => {
  if (grant.kind === 'grant-option') return `GRANT USAGE ON ${grant.on} TO ${account} WITH GRANT OPTION`;
  const [right, option] = grant.grantable
    ? [grant.id.replace(/ WITH (GRANT|ADMIN) OPTION$/, ''), grant.kind === 'role' ? ' WITH ADMIN OPTION' : ' WITH GRANT OPTION']
    : [grant.id, ''];
  return `GRANT ${right} TO ${account}${option}`;
};

export const revokeStatement = (grant: Grant, account: string): string =>
  `REVOKE ${grant.grantable ? grant.id.replace(/ WITH (GRANT|ADMIN) OPTION$/, '') : grant.id} FROM ${account}`;

/** The elements of `wanted` that are not in `present`. */
export const missingFrom = (present: readonly Grant[], wanted: readonly Grant[]): Grant[] => {
  const ids = new Set(present.map((grant) => grant.id));
  return wanted.filter((grant) => !ids.has(grant.id));
};
