import { invalidRequest } from '@strongroom/errors';
import type { BuiltInCall, BuiltInFunction } from './built-in-function.port';
import { createPendingValue, generatePassword } from './pending-value';
import { findFields, requireFields, type SecretFields } from './secret-fields';
import type { SqlDialect } from './sql-dialect';
import { using, type SqlServer } from './sql-server.port';
import { SqlTarget } from './sql-target';

/** A database user whose own password changes: the user logs in and sets it. */
export class SingleUserFunction implements BuiltInFunction {
  readonly description: string;
  private readonly target: SqlTarget;

  constructor(
    readonly name: string,
    private readonly dialect: SqlDialect,
    server: SqlServer,
  ) {
    this.description = `Changes the password of one ${dialect.title} user.`;
    this.target = new SqlTarget(dialect, server);
  }

  createSecret(call: BuiltInCall): Promise<void> {
    return createPendingValue(call, (current) => {
      this.target.loginOf(current);
      return current.with({ password: generatePassword(call.random) });
    });
  }

  async setSecret(call: BuiltInCall): Promise<void> {
    const current = await requireFields(call.secret, 'AWSCURRENT');
    const pending = await requireFields(call.secret, 'AWSPENDING');
    this.target.requireSame(pending, current, ['username', 'host', 'port']);
    // While AWSCURRENT logs in, there is nothing to find out: setting the pending password again does no harm.
    if (await this.changeAs(call, current, pending)) return;
    if (await this.target.logsIn(call, pending)) return;
    // The server may have the previous password if somebody moved the labels by hand.
    const previous = await findFields(call.secret, 'AWSPREVIOUS').catch(() => undefined);
    if (previous && this.isSame(previous, current) && (await this.changeAs(call, previous, pending))) return;
    await this.target.requireNoTls(call, this.target.accountLoginOf(current));
    throw invalidRequest(
      'The database server refuses the logins of AWSCURRENT, AWSPENDING and AWSPREVIOUS: the fields "username" and "password" of AWSCURRENT must be valid there.',
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

  /** Resolves with false if the server refuses the login. */
  private async changeAs(call: BuiltInCall, fields: SecretFields, pending: SecretFields): Promise<boolean> {
    const connection = await this.target.tryToEnter(call, fields);
    if (!connection) return false;
    const [from, to] = [fields, pending].map((one) => this.target.loginOf(one).password) as [string, string];
    await using(connection, () => this.dialect.changeOwnPassword(connection, { from, to }));
    return true;
  }

  private isSame(previous: SecretFields, current: SecretFields): boolean {
    try {
      this.target.requireSame(previous, current, ['username', 'host', 'port']);
      return true;
    } catch {
      return false;
    }
  }
}
