import { execFile } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import { makePrivateDirectory, randomPassword, readOrCreatePrivateFile, writePrivateFile } from '../private-files';
import { BackgroundProcess } from '../processes/background-process';
import { baseEnvironment, findBinary } from './binaries';

/** The address and login of a user who may create databases and users on a MySQL or MariaDB server. */
export interface DatabaseAdministrator {
  host: string;
  port: number;
  user: string;
  password: string;
  /** PEM: the CAs that the server's certificate may come from. Absent: no TLS. */
  ca?: string;
}

/** Where the files of a server are. */
export interface Place {
  /** Holds its data; made on first start, kept between starts. */
  directory: string;
  pidFile: string;
  logFile: string;
}

export interface MariaDbOptions extends Place {
  /** On the loopback interface. */
  port: number;
  /** The administrator's password; made on first start. Default: in the folder of the data. */
  passwordFile?: string;
  /** More settings as `name=value`; they win over the ones here. */
  settings?: string[];
  /** A folder of programs that the server prefers to those of the system. */
  programs?: string;
}

/** A connection with administrator's rights; the caller ends it. Statements are sent one by one. */
export function connectAsAdministrator({ ca, ...login }: DatabaseAdministrator, database?: string): Promise<Connection> {
  // Without `verifyIdentity` it would believe every certificate of these CAs, whomever it is for.
  const ssl = ca === undefined ? undefined : { ca, minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true };
  return createConnection({ ...login, ssl, database, charset: 'utf8mb4', timezone: 'Z', connectTimeout: 20_000 });
}

/** What the services need of their database server, as `name=value` or a name alone. */
export const databaseSettings = [
  'skip-name-resolve',
  // An acknowledged transaction survives a crash of the process and of the machine.
  'innodb-flush-log-at-trx-commit=1',
  // It grows to this with the data that is read: a million secrets with their values fit.
  'innodb-buffer-pool-size=1G',
  // What has no room there comes from the system's cache of files, not from the disk.
  'innodb-flush-method=fsync',
  'character-set-server=utf8mb4',
  'collation-server=utf8mb4_bin',
  'sql-mode=STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY',
  'default-time-zone=+00:00',
  'max-connections=500',
  'local-infile=0',
  'skip-log-bin',
];

/** A MariaDB of our own: loopback only, no system files, administrator `root` by password. */
export class MariaDbServer {
  readonly administrator: DatabaseAdministrator;
  readonly process: BackgroundProcess;
  private readonly data: string;
  /** A starting server removes supposed leftovers from its temporary folder, so no two may share one. */
  private readonly temporary: string;
  private readonly initFile: string;

  constructor(options: MariaDbOptions) {
    const { directory, port, pidFile, logFile, programs } = options;
    const { passwordFile = join(directory, 'administrator.password') } = options;
    // The server starts in its data folder and takes the paths on its command line from there.
    this.data = join(makePrivateDirectory(directory), 'data');
    this.temporary = makePrivateDirectory(join(directory, 'tmp'));
    this.initFile = join(directory, 'administrator.sql');
    const password = readOrCreatePrivateFile(passwordFile, randomPassword);
    this.administrator = { host: '127.0.0.1', port, user: 'root', password };
    this.process = new BackgroundProcess({
      name: 'mariadb',
      command: findBinary('mariadbd', 'mysqld'),
      args: [
        '--no-defaults',
        `--datadir=${this.data}`,
        `--tmpdir=${this.temporary}`,
        `--port=${port}`,
        // Within the data folder: a path of its own could be longer than the 107 bytes that a socket's may have.
        '--socket=mariadb.sock',
        '--pid-file=mariadb.pid',
        `--init-file=${this.initFile}`,
        ...asRoot(),
        ...['bind-address=127.0.0.1', ...databaseSettings, ...(options.settings ?? [])].map((setting) => `--${setting}`),
      ],
      env: baseEnvironment(programs),
      pidFile,
      logFile,
    });
  }

  /** Starts the server, with a new data folder on first use, and returns when it answers. */
  async start(milliseconds = 60_000): Promise<void> {
    await this.process.stop();
    await this.initialise();
    // Runs before the first connection is accepted, so root never lacks a password.
    const { user, password } = this.administrator;
    writePrivateFile(
      this.initFile,
      `${[
        `CREATE USER IF NOT EXISTS ${user}@'127.0.0.1'`,
        `ALTER USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`,
        `GRANT ALL PRIVILEGES ON *.* TO ${user}@'127.0.0.1' WITH GRANT OPTION`,
        `ALTER USER ${user}@'localhost' IDENTIFIED BY '${password}'`,
        `DROP USER IF EXISTS ${user}@'::1', ''@'localhost'`,
      ].join(';\n')};\n`,
    );
    await this.process.start();
    await this.process.waitUntil('answering', () => this.answers(), milliseconds);
  }

  async stop(graceMilliseconds = 30_000): Promise<void> {
    await this.process.stop(graceMilliseconds);
  }

  private async answers(): Promise<boolean> {
    try {
      const connection = await connectAsAdministrator(this.administrator);
      // Not asked to end: a node of Galera that has just lost its majority may not answer.
      connection.destroy();
      return true;
    } catch {
      return false;
    }
  }

  private async initialise(): Promise<void> {
    if (existsSync(this.data)) return;
    const draft = `${this.data}.new`;
    rmSync(draft, { recursive: true, force: true });
    await promisify(execFile)(findBinary('mariadb-install-db'), [
      '--no-defaults',
      `--datadir=${makePrivateDirectory(draft)}`,
      `--tmpdir=${this.temporary}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      ...asRoot(),
    ]);
    renameSync(draft, this.data);
  }
}

const asRoot = (): string[] => (process.getuid?.() === 0 ? ['--user=root'] : []);
