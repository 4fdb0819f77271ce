import type { Socket } from 'node:net';
import { invalidRequest, isDomainError, serviceUnavailable } from '@strongroom/errors';
import { Client, type ClientConfig } from 'pg';
import { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { TargetNetwork } from '@strongroom/egress';
import { brokenSession, connectionError, loginFailure, namedBy } from '../shared/connection-errors';
import { requirePins, startUpOptions } from './postgres-pins';
import { LoginRefused, StatementRefused, type SqlConnection, type SqlLogin, type SqlServer } from '../shared/sql-server.port';

// invalid_password, invalid_authorization_specification.
const REFUSED = ['28P01', '28000'];
const NO_SUCH_DATABASE = '3D000';
const INSUFFICIENT_PRIVILEGE = '42501';

/** The server's own error. System errors have a code, too, and a server may send any code. */
const stateOf = (error: unknown): string | undefined => {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && severity !== undefined ? code : undefined;
};

const loginError = (error: unknown, of: string): Error => {
  const state = stateOf(error);
  if (state === undefined) return loginFailure(error, of);
  if (REFUSED.includes(state)) return new LoginRefused(of, state);
  if (state === NO_SUCH_DATABASE || state === INSUFFICIENT_PRIVILEGE) {
    return invalidRequest(`The field "dbname" of ${of} must name a database that its user may connect to (${state}).`, {
      metadata: { field: 'dbname' },
    });
  }
  return serviceUnavailable(`The database server refused the login of the user of ${of} (${state}).`, {
    metadata: { code: state },
  });
};

/** PostgreSQL over pg. */
export const postgresServer = (network: TargetNetwork): SqlServer => ({
  async connect(login: SqlLogin, signal: AbortSignal): Promise<SqlConnection> {
    const socket = await connectTo(network, login, signal);
    // The driver would connect by itself.
    socket.connect = () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    };
    const asked = { forPassword: false };
    const client = new Client(optionsOf(login, socket, asked));
    refuseClearPassword(client, login, socket);
    const giveUp = () => void socket.destroy();
    // The next statement reports what breaks between two statements.
    client.on('error', () => {});
    try {
      const milliseconds = CONNECT_TIMEOUT;
      await bounded(client.connect(), { signal, milliseconds, what: 'The login to the database server', giveUp });
    } catch (error) {
      giveUp();
      throw loginError(error, login.of);
    }
    if (!asked.forPassword) {
      giveUp();
      throw invalidRequest(
        `The database server accepted the user of ${login.of} without a password: pg_hba.conf must require scram-sha-256 for this user.`,
      );
    }
    const session = new PostgresConnection(client, socket, login.of, signal);
    try {
      await requirePins(session, login.of);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  },
});

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = 'S'.charCodeAt(0);

/**
 * A connection, over TLS where the login wants it. What the driver would do there by itself is done here, so that TLS is the same
 * for all kinds of servers.
 */
const connectTo = async (network: TargetNetwork, { host, port, tls, of }: SqlLogin, signal: AbortSignal): Promise<Socket> => {
  const target = { host, port, named: namedBy(of) };
  const socket = await network.open(target, signal);
  if (!tls) return socket;
  const answer = new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('close', () => reject(new Error('closed')));
  });
  const giveUp = () => void socket.destroy();
  socket.write(SSL_REQUEST);
  try {
    const said = await bounded(answer, { signal, milliseconds: CONNECT_TIMEOUT, what: 'The answer about TLS', giveUp });
    // Exactly one byte: whatever comes before TLS could be anybody's.
    if (said.length !== 1 || said[0] !== YES) throw brokenSession(of, 'the server offers no TLS');
    socket.pause();
  } catch (error) {
    giveUp();
    throw loginFailure(error, of);
  }
  return network.secure(socket, target, tls, signal);
};

/** A password is never sent in plaintext over a connection that anybody can read, whatever the server asks for. */
const refuseClearPassword = (client: Client, { tls }: SqlLogin, socket: Socket): void => {
  if (tls) return;
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  connection.prependListener('authenticationCleartextPassword', () => void socket.destroy());
};

const optionsOf = (
  { host, port, user, password, database, settings }: SqlLogin,
  socket: Socket,
  asked: { forPassword: boolean },
): ClientConfig => ({
  host,
  port,
  user,
  password: () => {
    asked.forPassword = true;
    return password;
  },
  database,
  stream: () => socket,
  client_encoding: 'UTF8',
  application_name: 'strongroom-rotation',
  options: startUpOptions(settings),
});

class PostgresConnection implements SqlConnection {
  constructor(
    private readonly client: Client,
    private readonly socket: Socket,
    private readonly of: string,
    private readonly signal: AbortSignal,
  ) {}

  async query(sql: string): Promise<unknown[][]> {
    try {
      const { rows } = await bounded(this.client.query<unknown[]>({ text: sql, rowMode: 'array' }), {
        signal: this.signal,
        milliseconds: STATEMENT_TIMEOUT,
        what: "The database server's answer",
        giveUp: () => void this.socket.destroy(),
      });
      return rows;
    } catch (error) {
      if (isDomainError(error)) throw error;
      const state = stateOf(error);
      // The driver's error quotes names and parts of statements, so it stays here.
      if (state === undefined) throw connectionError(error, this.of);
      // Shut down, crashed, cancelled by a person or a timeout: another try may succeed.
      if (/^(57|53|08|40)/.test(state)) throw serviceUnavailable(`The database server cancelled a statement (${state}).`);
      throw new StatementRefused(state, `The database server refused a statement of the rotation (SQLSTATE ${state}).`);
    }
  }

  async close(): Promise<void> {
    const giveUp = () => void this.socket.destroy();
    const ending = this.client.end();
    await bounded(ending, { signal: this.signal, milliseconds: 1_000, what: 'The end of the session', giveUp }).catch(giveUp);
  }
}
