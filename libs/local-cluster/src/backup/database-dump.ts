import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { writePrivateFile } from '../private-files';
import { baseEnvironment, findBinary } from '../servers/binaries';
import { connectAsAdministrator, type DatabaseAdministrator } from '../servers/mariadb.server';
import { BackupError } from './manifest';

const ENDS = /^-- Dump completed/m;

/** The rows of each table in a dump, counted as it passes: one line for each row. */
class RowCounter extends Transform {
  readonly rows: Record<string, number> = {};
  isComplete = false;
  private rest = '';
  private schema = '';
  private table = '';

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Only the beginnings of lines count, and they are ASCII; values have no line ends, because the dump escapes them.
    const lines = (this.rest + chunk.toString('latin1')).split('\n');
    this.rest = lines.pop()!.slice(0, 512);
    for (const line of lines) this.count(line);
    this.push(chunk);
    done();
  }

  private count(line: string): void {
    if (line.startsWith('(')) this.rows[`${this.schema}.${this.table}`]! += 1;
    else if (line.startsWith('INSERT INTO ')) this.table = /^INSERT INTO `([^`]+)`/.exec(line)?.[1] ?? '';
    else if (line.startsWith('CREATE TABLE ')) {
      this.table = /^CREATE TABLE `([^`]+)`/.exec(line)?.[1] ?? '';
      this.rows[`${this.schema}.${this.table}`] = 0;
    } else if (line.startsWith('USE ')) this.schema = /^USE `([^`]+)`/.exec(line)?.[1] ?? '';
    else if (ENDS.test(line)) this.isComplete = true;
  }
}

/**
 * Dumps schemas at one moment, without holding anybody up, into a compressed file. Resolves with the rows of each table.
 *
 * @param runFolder a private folder, for the file with the password, which is removed again
 */
export const dumpDatabase = async (
  administrator: DatabaseAdministrator,
  schemas: readonly string[],
  file: string,
  runFolder: string,
  signal?: AbortSignal,
): Promise<Record<string, number>> =>
  withLogin(administrator, runFolder, async (login) => {
    const counter = new RowCounter();
    const args = [login, '--single-transaction', '--hex-blob', '--skip-dump-date', '--databases', ...schemas];
    const dump = start(findBinary('mariadb-dump', 'mysqldump'), args, signal);
    dump.process.stdin.end();
    await Promise.all([
      dump.ended,
      pipeline(dump.process.stdout, counter, createGzip({ level: 6 }), createWriteStream(file, { mode: 0o600 }), { signal }),
    ]);
    if (!counter.isComplete) throw new BackupError('The dump of the database is incomplete: it lacks its end.');
    return counter.rows;
  });

/** Loads a dump, compressed or not. */
export const loadDatabase = (
  administrator: DatabaseAdministrator,
  file: string,
  runFolder: string,
  signal?: AbortSignal,
): Promise<void> =>
  withLogin(administrator, runFolder, async (login) => {
    const client = start(findBinary('mariadb', 'mysql'), [login, '--binary-mode'], signal);
    client.process.stdout.resume();
    const unpacked = file.endsWith('.gz') ? [createGunzip()] : [];
    await Promise.all([client.ended, pipeline([createReadStream(file), ...unpacked, client.process.stdin], { signal })]);
  });

/** The rows of these tables, `schema.table`. */
export const countRows = async (
  administrator: DatabaseAdministrator,
  tables: readonly string[],
): Promise<Record<string, number>> => {
  const connection = await connectAsAdministrator(administrator);
  try {
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const [rows] = await connection.query(
        `SELECT COUNT(*) AS n FROM ${table
          .split('.')
          .map((part) => `\`${part}\``)
          .join('.')}`,
      );
      counts[table] = Number((rows as { n: number }[])[0]!.n);
    }
    return counts;
  } finally {
    await connection.end();
  }
};

export const versionOf = async (administrator: DatabaseAdministrator): Promise<string> => {
  const connection = await connectAsAdministrator(administrator);
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    return (rows as { version: string }[])[0]!.version;
  } finally {
    await connection.end();
  }
};

/** A login that no list of processes shows. */
const withLogin = async <T>(
  { host, port, user, password }: DatabaseAdministrator,
  folder: string,
  work: (argument: string) => Promise<T>,
): Promise<T> => {
  const file = join(folder, `login-${process.pid}.cnf`);
  const lines = [
    '[client]',
    `host=${host}`,
    `port=${port}`,
    'protocol=tcp',
    `user="${escaped(user)}"`,
    `password="${escaped(password)}"`,
  ];
  writePrivateFile(file, `${lines.join('\n')}\n`);
  try {
    return await work(`--defaults-file=${file}`);
  } finally {
    rmSync(file, { force: true });
  }
};

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const MAX_ERROR = 2_000;

const start = (command: string, args: readonly string[], signal?: AbortSignal) => {
  const process = spawn(command, args, {
    env: baseEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  let said = '';
  process.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_ERROR)));
  const ended = new Promise<void>((resolve, reject) => {
    process.once('error', reject);
    process.once('close', (code, ending) =>
      code === 0 ? resolve() : reject(new BackupError(`${command} failed: ${said.trim() || `ended with ${code ?? ending}`}`)),
    );
  });
  return { process, ended };
};
