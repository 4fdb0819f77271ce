import { isDomainError } from '@strongroom/errors';
import type { BuiltInCall } from './built-in-function.port';
import { requireEngine } from './engine';
import type { SecretFields } from './secret-fields';
import type { SqlDialect } from './sql-dialect';
import {
  LoginRefused,
  TlsRequired,
  UnknownLogin,
  using,
  type SqlConnection,
  type SqlLogin,
  type SqlServer,
} from './sql-server.port';
import { targetTls } from './target-tls';

const NUL = '\0';

/** The database server of a secret, and how its fields log in to it. */
export class SqlTarget {
  constructor(
    private readonly dialect: SqlDialect,
    private readonly server: SqlServer,
  ) {}

  /** The word in `engine`. @throws InvalidRequestException that names the functions that fit */
  engineOf(fields: SecretFields): string {
    fields.text('engine');
    return requireEngine(fields, this.dialect.engines)!;
  }

  /** @throws InvalidRequestException for a field that is missing or breaks its rule */
  loginOf(fields: SecretFields): SqlLogin {
    this.engineOf(fields);
    const [host, user, password] = [fields.text('host'), fields.text('username'), fields.text('password')];
    for (const [name, value] of Object.entries({ username: user, password })) {
      if (value.includes(NUL)) throw fields.wrong(name, 'must not contain the character NUL');
    }
    return {
      host,
      port: fields.port('port', this.dialect.standardPort),
      user,
      password,
      database: fields.optionalText('dbname') ?? this.dialect.standardDatabase,
      tls: targetTls(fields, host),
      of: fields.of,
    };
  }

  /** A login for work on accounts. It asks for no database where it can: the right to use one says nothing of the password. */
  accountLoginOf(fields: SecretFields): SqlLogin {
    const login = this.loginOf(fields);
    return this.dialect.standardDatabase === undefined ? { ...login, database: undefined } : login;
  }

  /** Undefined when the server refuses the login; rejects when it is away, since nothing is known then. */
  async tryToEnter(call: BuiltInCall, fields: SecretFields): Promise<SqlConnection | undefined> {
    try {
      return await this.server.connect(this.accountLoginOf(fields), call.signal);
    } catch (error) {
      if (error instanceof LoginRefused) return undefined;
      throw error;
    }
  }

  /**
   * A superuser's session, in the server's standard database where it may connect there: whoever owns another one can lay traps
   * in it.
   * @param login of the superuser's own secret
   */
  async enterAsSuperuser(call: BuiltInCall, login: SqlLogin): Promise<SqlConnection> {
    const { standardDatabase: database } = this.dialect;
    try {
      return await this.enter(call, { ...login, database });
    } catch (error) {
      if (login.database === database || !isDomainError(error) || error.metadata.field !== 'dbname') throw error;
      return this.enter(call, login);
    }
  }

  /** Rejects with TlsRequired if this is, or may be, why the server refuses a login. */
  async requireNoTls(call: BuiltInCall, login: SqlLogin): Promise<void> {
    if (login.tls || !this.server.requiresTls) return;
    const answer = await this.server.requiresTls(login, call.signal);
    if (answer !== false) throw answer ? new TlsRequired(login.of) : TlsRequired.perhaps(login.of);
  }

  private async enter(call: BuiltInCall, login: SqlLogin): Promise<SqlConnection> {
    try {
      return await this.server.connect(login, call.signal);
    } catch (error) {
      if (error instanceof LoginRefused) await this.requireNoTls(call, login);
      throw error;
    }
  }

  async logsIn(call: BuiltInCall, fields: SecretFields): Promise<boolean> {
    const connection = await this.tryToEnter(call, fields);
    await connection?.close();
    return connection !== undefined;
  }

  /** As logsIn, of a user who may not be there yet: of such a one MariaDB asks for a proof by any of the plugins that it has. */
  async mayLogIn(call: BuiltInCall, fields: SecretFields): Promise<boolean> {
    try {
      return await this.logsIn(call, fields);
    } catch (error) {
      if (error instanceof UnknownLogin) return false;
      throw error;
    }
  }

  /** Logs in to the database as an application does and has it answer a statement. */
  async test(call: BuiltInCall, fields: SecretFields): Promise<void> {
    await using(await this.enter(call, this.loginOf(fields)), (connection) => connection.query('SELECT 1'));
  }

  /**
   * Refuses a version that is of another server or (unless told otherwise) user than the current one: a password must reach
   * nobody else.
   */
  requireSame(fields: SecretFields, current: SecretFields, names: readonly ('username' | 'host' | 'port')[]): void {
    const [a, b] = [this.loginOf(fields), this.loginOf(current)];
    const differs = { username: a.user !== b.user, host: a.host.toLowerCase() !== b.host.toLowerCase(), port: a.port !== b.port };
    const name = names.find((one) => differs[one]);
    if (name) throw fields.wrong(name, `must be that of ${current.of}`);
  }

  /** Such as `mysql://db.example:3306`. */
  addressOf(fields: SecretFields): string {
    const { host, port } = this.loginOf(fields);
    return `${this.dialect.scheme}://${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`;
  }
}
