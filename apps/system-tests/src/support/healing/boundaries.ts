import { LOGIN } from './database-proxy';
import type { Boundary, Side } from './gates';

/** A way to rotate. Alternating users begin without the second one, or with it from an earlier rotation. */
export interface RotationKind {
  name: string;
  engine: 'mariadb' | 'postgres';
  functionName: string;
  users: 'single' | 'alternating, the first time' | 'alternating, once more';
  /** Every place next to a side effect of its four steps. */
  boundaries: readonly Boundary[];
}

const sides: readonly Side[] = ['before', 'after'];

const around = (wire: Boundary['wire'], what: string, action: RegExp): Boundary[] =>
  sides.map((side) => ({ name: `${side} ${what}`, wire, action, side }));

const onStatement = (step: string, what: string, statement: RegExp) => around('database', `${what} of ${step}`, statement);

const beginning: Boundary = { name: 'before createSecret', wire: 'secrets-api', action: /^getRotationRequest$/, side: 'before' };
const firstLogin: Boundary = {
  name: 'before the logins of setSecret',
  wire: 'database',
  action: new RegExp(`^${LOGIN}$`),
  side: 'before',
};

const wholeRotation = (...setSecret: Boundary[]): Boundary[] => [
  beginning,
  ...around('secrets-api', 'the pending value of createSecret is stored', /^putPendingValue$/),
  firstLogin,
  ...setSecret,
  ...onStatement('testSecret', 'the query', /SELECT 1$/),
  ...around('secrets-api', 'finishSecret moves AWSCURRENT', /^finishRotation$/),
];

const grant = onStatement('setSecret', 'GRANT', /GRANT(?!S)/);
const commit = onStatement('setSecret', 'COMMIT', /COMMIT$/);

const kind = (engine: RotationKind['engine'], users: RotationKind['users'], ...setSecret: Boundary[]): RotationKind => ({
  name: `${engine}, ${users}`,
  engine,
  functionName: `strongroom-${engine}-${users === 'single' ? 'single-user' : 'alternating-users'}`,
  users,
  boundaries: wholeRotation(...setSecret),
});

export const rotationKinds: readonly RotationKind[] = [
  kind('mariadb', 'single', ...onStatement('setSecret', 'SET PASSWORD', /SET PASSWORD/)),
  kind('mariadb', 'alternating, the first time', ...onStatement('setSecret', 'CREATE USER', /(?<!SHOW )CREATE USER/), ...grant),
  kind('mariadb', 'alternating, once more', ...onStatement('setSecret', 'ALTER USER', /ALTER USER .*IDENTIFIED/)),
  kind('postgres', 'single', ...onStatement('setSecret', 'ALTER ROLE', /ALTER ROLE CURRENT_USER PASSWORD/)),
  kind('postgres', 'alternating, the first time', ...onStatement('setSecret', 'CREATE ROLE', /CREATE ROLE/), ...grant, ...commit),
  kind('postgres', 'alternating, once more', ...onStatement('setSecret', 'ALTER ROLE', /ALTER ROLE .*PASSWORD/), ...commit),
];
