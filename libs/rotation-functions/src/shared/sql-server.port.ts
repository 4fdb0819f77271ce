import { DomainError } from '@strongroom/errors';
import type { TargetTls } from '@strongroom/egress';

export interface SqlLogin {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Absent: the connection is for no database in particular, where the server knows that. */
  database?: string;
  /** Absent: no TLS. */
  tls?: TargetTls;
  /** What the session starts with beside what all sessions do, where the server takes settings at the start. */
  settings?: Readonly<Record<string, string>>;
  /** What messages call the fields' secret, such as `AWSPENDING`. */
  of: string;
}

/** One session on a database server. Statements run one by one, each within STATEMENT_TIMEOUT and the step's time. */
export interface SqlConnection {
  /** Rows as arrays of columns. Rejects with StatementRefused when the server answers with an error. */
  query(sql: string): Promise<unknown[][]>;
  /** Ends the session. Never rejects. */
  close(): Promise<void>;
}

/** A kind of database servers. */
export interface SqlServer {
  /**
   * Rejects with LoginRefused when the server does not take user and password, and with another DomainError when it is away, has
   * no TLS or a certificate that does not convince. No error says what the fields hold, in its message or beneath.
   */
  connect(login: SqlLogin, signal: AbortSignal): Promise<SqlConnection>;
  /**
   * Whether a login without TLS was refused because the account requires TLS, for servers that do not say so: tries it once more
   * over TLS, where nobody who listens learns more than before. Undefined if that tells nothing. Never rejects.
   */
  requiresTls?(login: SqlLogin, signal: AbortSignal): Promise<boolean | undefined>;
}

/** The server answered, and refused user and password. */
export class LoginRefused extends DomainError {
  constructor(of: string, code: string) {
    super({
      kind: 'permission-denied',
      reason: 'AccessDeniedException',
      message: `The database server refused the login with the fields "username" and "password" of ${of} (${code}).`,
      metadata: { code },
    });
  }
}

/** The account, or the whole server, is there for connections with TLS only, and the login came without. */
export class TlsRequired extends DomainError {
  constructor(of: string, message = `The account of the user of ${of} requires TLS: set the field "ssl" to true.`) {
    super({ kind: 'failed-precondition', reason: 'InvalidRequestException', message, metadata: { field: 'ssl' } });
  }

  /** For a server that refuses other reasons in the same way. */
  static perhaps(of: string): TlsRequired {
    return new TlsRequired(
      of,
      `The database server refused the login of the user of ${of}. Either its fields "username" and "password" are not valid, or the account requires TLS: then set the field "ssl" to true.`,
    );
  }
}

/**
 * The server answered, and asked for another proof than a password of a kind that we know. It does so for users that it does not
 * have, too.
 */
export class UnknownLogin extends DomainError {
  /** @param plugin the server's name for what it asks for */
  constructor(of: string, plugin: string) {
    super({
      kind: 'failed-precondition',
      reason: 'InvalidRequestException',
      message: `The account of the user of ${of} logs in by the plugin ${plugin}, which has no password that rotation could change: the account must use a plugin for passwords.`,
      metadata: { plugin },
    });
  }
}

/** The server answered a statement with an error. */
export class StatementRefused extends DomainError {
  /** @param code the server's own number or SQLSTATE */
  constructor(
    readonly code: string,
    rule: string,
  ) {
    super({ kind: 'failed-precondition', reason: 'InvalidRequestException', message: rule, metadata: { code } });
  }
}

export const isStatementRefused = (error: unknown, ...codes: string[]): error is StatementRefused =>
  error instanceof StatementRefused && (codes.length === 0 || codes.includes(error.code));

/** Works in a session, and ends it. */
export const using = async <T>(connection: SqlConnection, work: (connection: SqlConnection) => Promise<T>): Promise<T> => {
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};
