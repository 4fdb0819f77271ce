import type { BuiltInCall, BuiltInFunction } from './built-in-function.port';
import { createPendingValue, generatePassword } from './pending-value';
import { findFields, readMasterFields, requireFields, type SecretFields } from './secret-fields';
import type { LoginField } from './same-server';

const CLONE_SUFFIX = '_clone';

/** `app` and `app_clone` are each other's alternate. */
export const alternateOf = (user: string): string =>
  user.endsWith(CLONE_SUFFIX) ? user.slice(0, -CLONE_SUFFIX.length) : user + CLONE_SUFFIX;

/** The secrets of one turn. */
export interface Turn {
  /** The user that applications use now, and which the other one has to equal. It logs in. */
  current: SecretFields;
  /** The other user, with its new password. */
  pending: SecretFields;
  /** The superuser, of the same server. */
  master: SecretFields;
}

/** What one kind of server does in its own way for users that take turns. */
export interface AlternatingServer {
  /** Such as `PostgreSQL`. */
  readonly title: string;
  /** The name of the user, once all fields of a login are checked. @throws InvalidRequestException that names field and rule */
  userOf(fields: SecretFields): string;
  /** How long a name of a user may be, and the size of one in the same unit. Absent: of any length. */
  longestUserName?(fields: SecretFields): { longest: number; sizeOf(name: string): number };
  /** Refuses a version, or a superuser's secret, that is of another server than AWSCURRENT. */
  requireSame(fields: SecretFields, current: SecretFields, names: readonly LoginField[]): void;
  /** False when the server refuses the login; rejects when it is away, since nothing is known then. */
  logsIn(call: BuiltInCall, fields: SecretFields): Promise<boolean>;
  /** The error of a login of AWSCURRENT that the server refuses. */
  notAccepted(fields: SecretFields): Error;
  /**
   * Makes the alternate user, or brings it in line with the current one, and sets its password last where that can be told apart.
   * Refuses what cannot be cloned. The current user is not touched. Safe to repeat after a crash at any point.
   */
  prepareAlternate(call: BuiltInCall, turn: Turn): Promise<void>;
  /** Logs in as an application does. */
  test(call: BuiltInCall, fields: SecretFields): Promise<void>;
  /** Such as `mysql://db.example:3306`. */
  addressOf(fields: SecretFields): string;
}

/** Two users that take turns: a superuser prepares the one that applications do not use, and then they move to it. */
export class AlternatingUsers implements BuiltInFunction {
  readonly description: string;

  constructor(
    readonly name: string,
    private readonly server: AlternatingServer,
  ) {
    this.description = `Alternates between two ${server.title} users with the same rights, using a superuser (masterarn).`;
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
    this.server.requireSame(pending, current, ['host', 'port']);
    const alternate = this.alternateFor(current);
    if (this.server.userOf(pending) !== alternate) {
      throw pending.wrong('username', `must be that of AWSCURRENT with "${CLONE_SUFFIX}" added or taken away`);
    }
    // Whoever may write the secret could name any user in it, so only a user whose password they know is cloned.
    if (!(await this.server.logsIn(call, current))) throw this.server.notAccepted(current);
    const master = await readMasterFields(call.secret, current);
    // Whoever may write the secret could name any host in it, so the superuser's password goes only to the server of its own
    // secret.
    this.server.requireSame(current, master, ['host', 'port']);
    if ([alternate, this.server.userOf(current)].includes(this.server.userOf(master))) {
      throw current.wrong('masterarn', 'must be the secret of a user other than the two that alternate');
    }
    await this.server.prepareAlternate(call, { current, pending, master });
  }

  async testSecret(call: BuiltInCall): Promise<void> {
    await this.server.test(call, await requireFields(call.secret, 'AWSPENDING'));
  }

  async testCurrent(call: BuiltInCall): Promise<void> {
    await this.server.test(call, await requireFields(call.secret, 'AWSCURRENT'));
  }

  async targetOf(call: BuiltInCall): Promise<string | undefined> {
    const current = await findFields(call.secret, 'AWSCURRENT');
    return current && this.server.addressOf(current);
  }

  private alternateFor(current: SecretFields): string {
    const alternate = alternateOf(this.server.userOf(current));
    if (alternate === '') throw current.wrong('username', `must have characters before "${CLONE_SUFFIX}"`);
    const limit = this.server.longestUserName?.(current);
    if (limit && limit.sizeOf(alternate) > limit.longest) {
      throw current.wrong(
        'username',
        `must leave room for "${CLONE_SUFFIX}" within the ${limit.longest} characters of the server's user names`,
      );
    }
    return alternate;
  }
}
