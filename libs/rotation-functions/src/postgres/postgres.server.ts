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

/** The number by which a server asks for a proof that the driver does not know. The driver throws, and only its text has it. */
const unknownProof = (error: unknown): string | undefined => {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cause instanceof Error ? /^Unknown authenticationOk message type (\d+)$/.exec(cause.message)?.[1] : undefined;
};

const loginError = (error: unknown, of: string): Error => {
  const state = stateOf(error);
  const proof = unknownProof(error);
  if (proof !== undefined) {
    return invalidRequest(
      `The database server asks the user of ${of} for a proof that rotation does not know (authentication ${proof}): the user's password must be kept in a form for scram-sha-256 or md5.`,
    );
  }
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

/** In what the sessions with the servers that speak PostgreSQL's protocol differ. */
export interface SessionRules {
  /** The settings with which a session starts, where the server takes some: options as of its command line. */
  startUpOptions?(settings?: Readonly<Record<string, string>>): string;
  /** Makes sure that the session has the settings that rotation relies on. */
  pin(session: SqlConnection, of: string): Promise<void>;
  /** What must change if the server asks for no password, as the end of a sentence. */
  passwordAdvice: string;
}

const postgresRules: SessionRules = {
  startUpOptions,
  pin: requirePins,
  passwordAdvice: ': pg_hba.conf must require scram-sha-256 for this user',
};

/** PostgreSQL, or another server that speaks its protocol, over pg. */
export const postgresServer = (network: TargetNetwork, rules: SessionRules = postgresRules): SqlServer => ({
  async connect(login: SqlLogin, signal: AbortSignal): Promise<SqlConnection> {
    const socket = await connectTo(network, login, signal);
    // The driver would connect by itself.
    socket.connect = () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    };
    const asked = { forPassword: false };
    const options = rules.startUpOptions?.(login.settings);
    const client = new Client({ ...optionsOf(login, socket, asked), ...(options !== undefined && { options }) });
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
      throw invalidRequest(`The database server accepted the user of ${login.of} without a password${rules.passwordAdvice}.`);
    }
    const session = new PostgresConnection(client, socket, login.of, signal);
    try {
      await rules.pin(session, login.of);
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
  { host, port, user, password, database }: SqlLogin,
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
