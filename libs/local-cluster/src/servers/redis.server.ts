import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { makePrivateDirectory, randomPassword, readOrCreatePrivateFile, writePrivateFile } from '../private-files';
import { BackgroundProcess } from '../processes/background-process';
import { baseEnvironment, findBinary } from './binaries';

export interface RedisEndpoint {
  host: string;
  port: number;
  /** A file of mode 0600 with the password; absent when the server asks for none. */
  passwordFile?: string;
}

export interface RedisOptions {
  /** Holds data, configuration and password; made on first start, kept between starts. */
  directory: string;
  /** On the loopback interface. */
  port: number;
  pidFile: string;
  logFile: string;
  /** More lines of its configuration. */
  settings?: string[];
}

/** A client that gives up at once where the server is away; the caller disconnects it. */
export const connectToRedis = async ({ host, port, passwordFile }: RedisEndpoint): Promise<Redis> => {
  const password = passwordFile ? readFileSync(passwordFile, 'utf8').trim() : undefined;
  const client = new Redis({ host, port, password, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  await client.connect();
  return client;
};

/** What redis-server reads: a password, every write synced before it is answered, nothing evicted. `directory` holds the data. */
export const redisConfiguration = (bind: string, port: number, directory: string, password: string): string =>
  `${[
    `port ${port}`,
    `bind ${bind}`,
    `dir "${directory}"`,
    `requirepass ${password}`,
    'appendonly yes',
    'appendfsync always',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
  ].join('\n')}\n`;

/** A Redis of our own: loopback only, password, every write synced before it is answered, nothing evicted. */
export class RedisServer {
  readonly endpoint: Required<RedisEndpoint>;
  readonly process: BackgroundProcess;
  private readonly configuration: string;

  constructor(private readonly options: RedisOptions) {
    const { directory, port, pidFile, logFile } = options;
    makePrivateDirectory(directory);
    this.configuration = join(directory, 'redis.conf');
    this.endpoint = { host: '127.0.0.1', port, passwordFile: join(directory, 'redis.password') };
    this.process = new BackgroundProcess({
      name: 'redis',
      command: findBinary('redis-server'),
      args: [this.configuration],
      env: baseEnvironment(),
      pidFile,
      logFile,
    });
  }

  get password(): string {
    return readOrCreatePrivateFile(this.endpoint.passwordFile, randomPassword);
  }

  /** Starts the server and returns when it answers, its data loaded. */
  async start(milliseconds = 60_000): Promise<void> {
    const data = makePrivateDirectory(join(this.options.directory, 'data'));
    const configuration = redisConfiguration('127.0.0.1', this.options.port, data, this.password);
    writePrivateFile(this.configuration, [configuration, ...(this.options.settings ?? []), ''].join('\n'));
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
