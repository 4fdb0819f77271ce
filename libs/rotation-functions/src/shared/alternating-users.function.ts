import { invalidRequest } from '@strongroom/errors';
import type { BuiltInCall, BuiltInFunction } from './built-in-function.port';
import { createPendingValue, generatePassword } from './pending-value';
import { findFields, readMasterFields, requireFields, type SecretFields } from './secret-fields';
import type { SqlDialect } from './sql-dialect';
import { using, type SqlServer } from './sql-server.port';
import { SqlTarget } from './sql-target';

const CLONE_SUFFIX = '_clone';

/** `app` and `app_clone` are each other's alternate. */
export const alternateOf = (user: string): string =>
  user.endsWith(CLONE_SUFFIX) ? user.slice(0, -CLONE_SUFFIX.length) : user + CLONE_SUFFIX;

/** Two database users that take turns: a superuser prepares the one that applications do not use, and then they move to it. */
export class AlternatingUsersFunction implements BuiltInFunction {
  readonly description: string;
  private readonly target: SqlTarget;

  constructor(
    readonly name: string,
    private readonly dialect: SqlDialect,
    private readonly server: SqlServer,
  ) {
    this.description = `Alternates between two ${dialect.title} users with the same rights, using a superuser (masterarn).`;
    this.target = new SqlTarget(dialect, server);
  }

  createSecret(call: BuiltInCall): Promise<void> {
    return createPendingValue(call, (current) => {
      current.text('masterarn');
      return current.with({ username: this.alternateFor(current), password: generatePassword(call.random) });
    });
  }

  async setSecret(call: BuiltInCall): Promise<void> {
    const current = await requireFields(call.secret, 'AWSCURRENT');
    const pending = await requireFields(call.secret, 'AWSPENDING');
    this.target.requireSame(pending, current, ['host', 'port']);
    const alternate = this.alternateFor(current);
    if (pending.text('username') !== alternate) {
      throw pending.wrong('username', `must be that of AWSCURRENT with "${CLONE_SUFFIX}" added or taken away`);
    }
    // Whoever may write the secret could name any user in it, so only a user whose password they know is cloned.
    if (!(await this.target.logsIn(call, current))) {
      await this.target.requireNoTls(call, this.target.accountLoginOf(current));
      throw invalidRequest(
        'The database server refuses the login of AWSCURRENT: its fields "username" and "password" must be valid before its user is cloned.',
      );
    }
    const master = await readMasterFields(call.secret, current);
    // Whoever may write the secret could name any host in it, so the superuser's password goes only to the server of its own
    // secret.
    this.target.requireSame(current, master, ['host', 'port']);
    const login = this.target.loginOf(master);
    if (login.user === alternate || login.user === current.text('username')) {
      throw current.wrong('masterarn', 'must be the secret of a user other than the two that alternate');
    }
    const passwordIsSet = await this.target.mayLogIn(call, pending);
    const { database } = this.target.accountLoginOf(current);
    const connection = await this.target.enterAsSuperuser(call, login);
    await using(connection, () =>
      this.dialect.prepareAlternate(connection, {
        current: current.text('username'),
        alternate,
        password: pending.text('password'),
        passwordIsSet,
        master: login.user,
        database,
        openDatabase: (options) => this.server.connect({ ...login, database, ...options, of: current.of }, call.signal),
      }),
    );
  }

  async testSecret(call: BuiltInCall): Promise<void> {
    await this.target.test(call, await requireFields(call.secret, 'AWSPENDING'));
  }

  async testCurrent(call: BuiltInCall): Promise<void> {
    await this.target.test(call, await requireFields(call.secret, 'AWSCURRENT'));
  }

  async targetOf(call: BuiltInCall): Promise<string | undefined> {
    const current = await findFields(call.secret, 'AWSCURRENT');
    return current && this.target.addressOf(current);
  }

  private alternateFor(current: SecretFields): string {
    const alternate = alternateOf(this.target.loginOf(current).user);
    const longest = this.dialect.longestUserName(current.word('engine', this.dialect.engines));
    if (alternate === '') throw current.wrong('username', `must have characters before "${CLONE_SUFFIX}"`);
    if (this.dialect.sizeOfUserName(alternate) > longest) {
      throw current.wrong(
        'username',
        `must leave room for "${CLONE_SUFFIX}" within the ${longest} characters of the server's user names`,
      );
    }
    return alternate;
  }
}
