import type { SqlConnection } from './sql-server.port';

export interface OwnPasswordChange {
  /** The password that the session logged in with. */
  from: string;
  to: string;
}

export interface AlternateUser {
  /** The account that applications use now, and which the alternate has to equal. */
  current: string;
  alternate: string;
  /** The alternate's new password. */
  password: string;
  /** Whether the alternate logs in with it already. */
  passwordIsSet: boolean;
  /** The superuser's name. */
  master: string;
  /** The database that the secret is for; undefined where sessions are for none. */
  database: string | undefined;
  /**
   * Opens another session of the superuser.
   * @param database the one that the secret is for unless told otherwise
   * @param settings see SqlLogin
   */
  openDatabase(options: { database?: string; settings?: Readonly<Record<string, string>> }): Promise<SqlConnection>;
}

/** What one kind of database server does in its own way. */
export interface SqlDialect {
  /** For the names of functions, such as `postgres`. */
  readonly title: string;
  /** What the field `engine` may be. */
  readonly engines: readonly string[];
  /** For targetOf. */
  readonly scheme: string;
  readonly standardPort: number;
  /**
   * The database that a session is for when the secret names none, and that a superuser's session is for: those of the
   * applications belong to others.
   */
  readonly standardDatabase?: string;
  /** How long a user name may be, by the engine, in what `sizeOfUserName` counts. */
  readonly longestUserName: (engine: string) => number;
  readonly sizeOfUserName: (name: string) => number;
  /** Gives the session's own account another password, keeping the present one valid where the server can. */
  changeOwnPassword(connection: SqlConnection, change: OwnPasswordChange): Promise<void>;
  /**
   * In a superuser's session: makes the alternate account, or brings it in line, and sets its password last. Refuses what cannot
   * be cloned before anything changes, naming it. The current account is not touched. Safe to repeat after a crash at any
   * statement.
   */
  prepareAlternate(connection: SqlConnection, user: AlternateUser): Promise<void>;
}
