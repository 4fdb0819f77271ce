import { invalidRequest, isDomainError, serviceUnavailable } from '@strongroom/errors';
import { createConnection, type ConnectionOptions } from 'mysql2';
import type { Connection as PromiseConnection } from 'mysql2/promise';
import { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { TargetNetwork } from '@strongroom/egress';
import { connectionError, loginFailure, namedBy } from '../shared/connection-errors';
import {
  LoginRefused,
  StatementRefused,
  TlsRequired,
  UnknownLogin,
  type SqlConnection,
  type SqlLogin,
  type SqlServer,
} from '../shared/sql-server.port';
import { isLoopback } from '../shared/target-tls';
import { ed25519Signature } from './mysql-ed25519';
import { pinSession } from './mysql-pins';
import { challengesOnly, PasswordWithheld, type Proof } from './mysql-proofs';

// ER_ACCESS_DENIED_ERROR, …_NO_PASSWORD, locked on MySQL and MariaDB, ER_MUST_CHANGE_PASSWORD_LOGIN, locked after failed logins.
const REFUSED = [1045, 1698, 3118, 4151, 1862, 3955];
const NO_SUCH_DATABASE = [1044, 1049];
// Too many connections, of everybody or of this user. They will end.
const BUSY = [1040, 1203, 1226];
// ER_SECURE_TRANSPORT_REQUIRED
const TLS_ONLY = 3159;
const UNKNOWN_PLUGIN = 'AUTH_SWITCH_PLUGIN_ERROR';
const CLEAR_PASSWORD = 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED';

/** The name of a plugin in the driver's text, which the server chose. */
const pluginIn = (error: unknown): string =>
  /\bplugin (\w{1,64})\b/.exec(String((error as Error).message))?.[1] ??
  /\bmysql_clear_password\b/.exec(String((error as Error).message))?.[0] ??
  'of a name that it does not tell';

const numberOf = (error: unknown): number | undefined => {
  const { errno, sqlState } = (error ?? {}) as { errno?: unknown; sqlState?: unknown };
  // Errors of the system have a number too.
  return typeof errno === 'number' && errno > 0 && typeof sqlState === 'string' ? errno : undefined;
};

const loginError = (error: unknown, of: string): Error => {
  const number = numberOf(error);
  if (error instanceof PasswordWithheld || number === TLS_ONLY) return new TlsRequired(of);
  const code = (error as { code?: string } | undefined)?.code;
  if (code === UNKNOWN_PLUGIN || code === CLEAR_PASSWORD) return new UnknownLogin(of, pluginIn(error));
  if (number === undefined) return loginFailure(error, of);
  if (REFUSED.includes(number)) return new LoginRefused(of, `${number}`);
  if (NO_SUCH_DATABASE.includes(number)) {
    return invalidRequest(`The field "dbname" of ${of} must name a database that its user may use (${number}).`, {
      metadata: { field: 'dbname' },
    });
  }
  if (BUSY.includes(number))
    return serviceUnavailable(`The database server has no connection left for the user of ${of} (${number}).`);
  return serviceUnavailable(`The database server refused the login of the user of ${of} (${number}).`);
};

/** MySQL and MariaDB over mysql2. */
export const mysqlServer = (network: TargetNetwork): SqlServer => ({
  async connect(login: SqlLogin, signal: AbortSignal): Promise<SqlConnection> {
    // On this machine nobody listens who could not read the password elsewhere.
    const mayAskForPassword = login.tls !== undefined || isLoopback(login.host);
    const session = await logIn(network, login, signal, mayAskForPassword ? {} : challengesOnly);
    try {
      await pinSession(session, login.of);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  },

  async requiresTls(login: SqlLogin, signal: AbortSignal): Promise<boolean | undefined> {
    const tls = { ca: undefined, rejectUnauthorized: false, servername: undefined };
    try {
      const session = await logIn(network, { ...login, database: undefined, tls }, signal, challengesOnly);
      await session.close();
      return true;
    } catch (error) {
      return error instanceof TlsRequired ? undefined : false;
    }
  },
});

const logIn = async (
  network: TargetNetwork,
  login: SqlLogin,
  signal: AbortSignal,
  proofs: Readonly<Record<string, Proof>>,
): Promise<MysqlConnection> => {
  const { host, port, of } = login;
  const socket = await network.open({ host, port, named: namedBy(of) }, signal);
  const giveUp = () => void socket.destroy();
  const connection = createConnection({ ...optionsOf(login, proofs), stream: socket });
  // The next statement reports what breaks between two statements.
  connection.on('error', () => {});
  endWhenConfused(connection as never, giveUp);
  try {
    const opening = new Promise<void>((resolve, reject) => {
      connection.once('connect', () => resolve());
      connection.once('error', reject);
    });
    const milliseconds = CONNECT_TIMEOUT;
    await bounded(opening, { signal, milliseconds, what: 'The login to the database server', giveUp });
  } catch (error) {
    giveUp();
    throw loginError(error, of);
  }
  return new MysqlConnection(connection.promise(), giveUp, of, signal);
};

/**
 * The driver, which reads on and writes a line to the console for every packet that comes out of its turn, takes no more after
 * the first one.
 */
const endWhenConfused = (
  connection: { once(event: 'warn', listener: () => void): unknown; handlePacket: () => void },
  giveUp: () => void,
): void => {
  connection.once('warn', () => {
    connection.handlePacket = () => {};
    giveUp();
  });
};

const optionsOf = (
  { host, port, user, password, database, tls }: SqlLogin,
  proofs: Readonly<Record<string, Proof>>,
): ConnectionOptions => ({
  host,
  port,
  user,
  password,
  database,
  charset: 'utf8mb4',
  connectTimeout: CONNECT_TIMEOUT,
  rowsAsArray: true,
  // The driver makes room for 16,000 by default, which is most of what a short session costs; none is used.
  maxPreparedStatements: 1,
  trace: false,
  // A server that is not the one we expect could ask for any of our files, and for the password in plaintext.
  flags: ['-LOCAL_FILES'],
  authPlugins: { ...proofs, client_ed25519: () => (challenge) => ed25519Signature(password, challenge) },
  ...(tls && {
    ssl: {
      ca: tls.ca,
      rejectUnauthorized: tls.rejectUnauthorized,
      verifyIdentity: tls.rejectUnauthorized,
      minVersion: 'TLSv1.2',
    },
  }),
});

class MysqlConnection implements SqlConnection {
  constructor(
    private readonly connection: PromiseConnection,
    private readonly giveUp: () => void,
    private readonly of: string,
    private readonly signal: AbortSignal,
  ) {}

  async query(sql: string): Promise<unknown[][]> {
    try {
      const [rows] = await bounded(this.connection.query(sql), {
        signal: this.signal,
        milliseconds: STATEMENT_TIMEOUT,
        what: "The database server's answer",
        giveUp: this.giveUp,
      });
      return Array.isArray(rows) ? (rows as unknown[][]) : [];
    } catch (error) {
      if (isDomainError(error)) throw error;
      const number = numberOf(error);
      // The driver's error contains the statement, and its message parts of it. Neither leaves this module.
      if (number === undefined) throw connectionError(error, this.of);
      throw new StatementRefused(`${number}`, `The database server refused a statement of the rotation (error ${number}).`);
    }
  }

  async close(): Promise<void> {
    const { giveUp, signal } = this;
    await bounded(this.connection.end(), { signal, milliseconds: 1_000, what: 'The end of the session', giveUp }).catch(giveUp);
    giveUp();
  }
}
