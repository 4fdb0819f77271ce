import { execFile } from 'node:child_process';
import { chownSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makePrivateDirectory, randomPassword, readOrCreatePrivateFile, writePrivateFile } from '../private-files';
import { BackgroundProcess } from '../processes/background-process';
import { baseEnvironment, findBinary } from './binaries';
import type { DatabaseAdministrator } from './mariadb.server';
import { systemUser } from './system-user';

export interface PostgresOptions {
  /**
   * Holds the data and the administrator's password; made on first start, kept between starts. PostgreSQL does not run as root:
   * started by root, it runs as another user, whom the folders above must let pass.
   */
  directory: string;
  /** On the loopback interface. */
  port: number;
  pidFile: string;
  logFile: string;
  /** PEM; the server offers TLS with it. */
  certificate?: { certificate: string; key: string };
  /** More settings as `name=value`; they win over the ones here. */
  settings?: string[];
}

/**
 * A PostgreSQL of our own: loopback only, no socket file, no system files, everybody by scram-sha-256, administrator `postgres`.
 */
export class PostgresServer {
  readonly administrator: DatabaseAdministrator;
  readonly process: BackgroundProcess;
  private readonly data: string;
  /** Undefined where the server runs as whoever starts it. */
  private readonly runsAs = process.getuid?.() === 0 ? systemUser('postgres') : undefined;

  constructor(private readonly options: PostgresOptions) {
    const { directory, port, pidFile, logFile, certificate } = options;
    this.data = join(this.own(makePrivateDirectory(directory)), 'data');
    const password = readOrCreatePrivateFile(join(directory, 'administrator.password'), randomPassword);
    this.administrator = { host: '127.0.0.1', port, user: 'postgres', password };
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'password_encryption=scram-sha-256',
      'timezone=UTC',
      'log_min_messages=warning',
      ...(certificate ? ['ssl=on', 'ssl_cert_file=server.crt', 'ssl_key_file=server.key'] : []),
      ...(options.settings ?? []),
    ];
    const server = [findBinary('postgres'), '-D', this.data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
    // setpriv becomes the server: its number and start time stay those on record.
    const { runsAs } = this;
    const [command, ...args] = runsAs
      ? [findBinary('setpriv'), `--reuid=${runsAs.uid}`, `--regid=${runsAs.gid}`, '--clear-groups', ...server]
      : server;
    this.process = new BackgroundProcess({
      name: 'postgres',
      command: command!,
      args,
      env: baseEnvironment(),
      pidFile,
      logFile,
      workingDirectory: '/',
    });
  }

  /** Starts the server, with a new data folder on first use, and returns when it answers. */
  async start(milliseconds = 60_000): Promise<void> {
    await this.process.stop();
    await this.initialise();
    const { certificate } = this.options;
    if (certificate) {
      this.write(join(this.data, 'server.crt'), certificate.certificate);
      this.write(join(this.data, 'server.key'), certificate.key);
    }
    await this.process.start();
    await this.process.waitUntil('answering', () => this.answers(), milliseconds);
  }

  /** Ends the server and every session on it. */
  async stop(graceMilliseconds = 30_000): Promise<void> {
    // PostgreSQL takes SIGTERM for leave to wait for its clients.
    this.process.signal('SIGINT');
    await this.process.waitForExit(graceMilliseconds);
    await this.process.stop(0);
  }

  private async answers(): Promise<boolean> {
    try {
      await promisify(execFile)(findBinary('pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${this.options.port}`]);
      return true;
    } catch {
      return false;
    }
  }

  private async initialise(): Promise<void> {
    if (existsSync(this.data)) return;
    const draft = `${this.data}.new`;
    const passwordFile = join(this.options.directory, 'first.password');
    rmSync(draft, { recursive: true, force: true });
    this.write(passwordFile, this.administrator.password);
    try {
      await promisify(execFile)(
        findBinary('initdb'),
        [
          ...['-D', draft, '-U', this.administrator.user, `--pwfile=${passwordFile}`],
          ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
        ],
        { ...this.runsAs, cwd: '/', env: baseEnvironment() },
      );
    } finally {
      rmSync(passwordFile);
    }
    renameSync(draft, this.data);
  }

  private own(path: string): string {
    if (this.runsAs) chownSync(path, this.runsAs.uid, this.runsAs.gid);
    return path;
  }

  private write(path: string, content: string): void {
    writePrivateFile(path, content);
    this.own(path);
  }
}
