import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { makePrivateDirectory, randomPassword, readOrCreatePrivateFile, writePrivateFile } from '../private-files';
import { BackgroundProcess } from '../processes/background-process';
import { baseEnvironment, redisProgram } from './binaries';
import type { Place } from './mariadb.server';

export interface RedisEndpoint {
  host: string;
  port: number;
  /** Default: the server's default user. */
  username?: string;
  /** A file of mode 0600 with the password; absent when the server asks for none. */
  passwordFile?: string;
}

export interface RedisOptions extends Place {
  /** On the loopback interface. */
  port: number;
  /** The administrator's password; made on first start. Default: in the folder of the data. */
  passwordFile?: string;
  /** More lines of its configuration, asked for at each start. */
  settings?: () => string[];
  /** Lines that say who may log in, the default user with the given password among them. Default: the default user alone. */
  users?: (password: string) => string[];
}

/** A client that fails at once if the server is unreachable; the caller must disconnect it. */
export async function connectToRedis({ host, port, username, passwordFile }: RedisEndpoint): Promise<Redis> {
  const password = passwordFile ? readFileSync(passwordFile, 'utf8').trim() : undefined;
  const options = { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null };
  const client = new Redis({ host, port, username, password, ...options });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/**
 * What redis-server reads: who may log in, every write synced before it is answered, nothing evicted. `directory` holds the data.
 */
export function redisConfiguration(bind: string, port: number, directory: string, users: readonly string[]): string {
  return `${[
    `port ${port}`,
    `bind ${bind}`,
    `dir "${directory}"`,
    ...users,
    'appendonly yes',
    'appendfsync always',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
  ].join('\n')}\n`;
}

/** A Redis of our own: loopback only, password, every write synced before it is answered, nothing evicted. */
export class RedisServer {
  readonly endpoint: Required<Omit<RedisEndpoint, 'username'>>;
  readonly process: BackgroundProcess;
  private readonly configuration: string;

  constructor(private readonly options: RedisOptions) {
    const { directory, port, pidFile, logFile, passwordFile = join(directory, 'redis.password') } = options;
    makePrivateDirectory(directory);
    this.configuration = join(directory, 'redis.conf');
    this.endpoint = { host: '127.0.0.1', port, passwordFile };
    this.process = new BackgroundProcess({
      name: 'redis',
      command: redisProgram(),
      args: [this.configuration],
      env: baseEnvironment(),
      pidFile,
      logFile,
    });
  }

  /** Holds what the server keeps. */
  get data(): string {
    return join(this.options.directory, 'data');
  }

  get password(): string {
    return readOrCreatePrivateFile(this.endpoint.passwordFile, randomPassword);
  }

  /** Makes the next start create another password; returns whether there was one. */
  forgetPassword(): boolean {
    const existed = existsSync(this.endpoint.passwordFile);
    rmSync(this.endpoint.passwordFile, { force: true });
    return existed;
  }

  /** Starts the server and returns when it answers, its data loaded. */
  async start(milliseconds = 60_000): Promise<void> {
    const data = makePrivateDirectory(this.data);
    const { users = (password) => [`requirepass ${password}`] } = this.options;
    const configuration = redisConfiguration('127.0.0.1', this.options.port, data, users(this.password));
    writePrivateFile(this.configuration, [configuration, ...(this.options.settings?.() ?? []), ''].join('\n'));
    await this.process.start();
    await this.process.waitUntil('answering', () => this.answers(), milliseconds);
  }

  async stop(graceMilliseconds = 15_000): Promise<void> {
    await this.process.stop(graceMilliseconds);
  }

  private async answers(): Promise<boolean> {
    try {
      const client = await connectToRedis(this.endpoint);
      try {
        return (await client.ping()) === 'PONG';
      } finally {
        client.disconnect();
      }
    } catch {
      return false;
    }
  }
}
