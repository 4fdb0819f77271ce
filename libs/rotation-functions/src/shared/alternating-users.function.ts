import { invalidRequest } from '@strongroom/errors';
import { type AlternatingServer, AlternatingUsers, type Turn } from './alternating-users';
import type { BuiltInCall } from './built-in-function.port';
import type { LoginField } from './same-server';
import type { SecretFields } from './secret-fields';
import type { SqlDialect } from './sql-dialect';
import { using, type SqlServer } from './sql-server.port';
import { SqlTarget } from './sql-target';

/** Two users of a SQL database that take turns. */
export class AlternatingUsersFunction extends AlternatingUsers {
  constructor(name: string, dialect: SqlDialect, server: SqlServer) {
    super(name, new SqlAlternatingServer(dialect, server));
  }
}

class SqlAlternatingServer implements AlternatingServer {
  private readonly target: SqlTarget;

  constructor(
    private readonly dialect: SqlDialect,
    private readonly server: SqlServer,
  ) {
    this.target = new SqlTarget(dialect, server);
  }

  get title(): string {
    return this.dialect.title;
  }

  userOf(fields: SecretFields): string {
    return this.target.loginOf(fields).user;
  }

  longestUserName(fields: SecretFields) {
    const { longestUserName, sizeOfUserName } = this.dialect;
    return { longest: longestUserName(this.target.engineOf(fields)), sizeOf: sizeOfUserName };
  }

  requireSame(fields: SecretFields, current: SecretFields, names: readonly LoginField[]): void {
    this.target.requireSame(fields, current, names);
  }

  async logsIn(call: BuiltInCall, fields: SecretFields): Promise<boolean> {
    if (await this.target.logsIn(call, fields)) return true;
    await this.target.requireNoTls(call, this.target.accountLoginOf(fields));
    return false;
  }

  notAccepted({ of }: SecretFields): Error {
    return invalidRequest(
      `The database server refuses the login of ${of}: its fields "username" and "password" must be valid before its user is cloned.`,
    );
  }

  async prepareAlternate(call: BuiltInCall, { current, pending, master }: Turn): Promise<void> {
    const login = this.target.loginOf(master);
    const passwordIsSet = await this.target.mayLogIn(call, pending);
    const { database } = this.target.accountLoginOf(current);
    const connection = await this.target.enterAsSuperuser(call, login);
    await using(connection, () =>
      this.dialect.prepareAlternate(connection, {
        current: current.text('username'),
        alternate: pending.text('username'),
        password: pending.text('password'),
        passwordIsSet,
        master: login.user,
        database,
        openDatabase: (options) => this.server.connect({ ...login, database, ...options, of: current.of }, call.signal),
      }),
    );
  }

  test(call: BuiltInCall, fields: SecretFields): Promise<void> {
    return this.target.test(call, fields);
  }

  addressOf(fields: SecretFields): string {
    return this.target.addressOf(fields);
  }
}
