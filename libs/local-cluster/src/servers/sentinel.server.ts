import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { makePrivateDirectory, writePrivateFile } from '../private-files';
import { BackgroundProcess } from '../processes/background-process';
import { baseEnvironment, redisProgram } from './binaries';
import type { Place } from './mariadb.server';

/** Its folder holds the configuration, in which the sentinel keeps what it knows. */
export interface SentinelOptions extends Place {
  /** On the loopback interface. */
  port: number;
  /** Whoever asks the sentinel, and every other sentinel, must know it. */
  password: string;
  /** The servers that it watches. */
  group: {
    name: string;
    /** Where the primary is as long as the sentinel has no configuration; on the loopback interface. */
    primaryPort: () => number;
    /** The login of sentinels at every server of the group. */
    user: string;
    password: string;
    /** How many sentinels must agree that the primary is down. */
    quorum: number;
    /** A server that says nothing for so long is down. Milliseconds. */
    downAfterMs: number;
  };
  /** More lines of its configuration. */
  settings?: string[];
}

/** What a sentinel of a cluster is told at its first start. */
export interface SentinelConfiguration {
  bind: string;
  port: number;
  /** Of its files. */
  directory: string;
  /** As in `SentinelOptions`. */
  password: string;
  group: Omit<SentinelOptions['group'], 'primaryPort'> & { primary: { host: string; port: number } };
  /** More lines. */
  settings?: readonly string[];
}

/** What `redis-server --sentinel` reads; later the sentinel writes down there what it finds out. */
export function sentinelConfiguration({ bind, port, directory, password, group, settings = [] }: SentinelConfiguration): string {
  const { name, primary, quorum, downAfterMs, user, password: groupPassword } = group;
  return `${[
    `port ${port}`,
    `bind ${bind}`,
    `dir "${directory}"`,
    'daemonize no',
    `requirepass ${password}`,
    `sentinel sentinel-pass ${password}`,
    ...settings,
    `sentinel monitor ${name} ${primary.host} ${primary.port} ${quorum}`,
    `sentinel auth-user ${name} ${user}`,
    `sentinel auth-pass ${name} ${groupPassword}`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 6000`,
  ].join('\n')}\n`;
}

/** A Redis Sentinel of our own. */
export class SentinelServer {
  readonly process: BackgroundProcess;
  private readonly configuration: string;

  constructor(private readonly options: SentinelOptions) {
    const { directory, pidFile, logFile } = options;
    this.configuration = join(makePrivateDirectory(directory), 'sentinel.conf');
    this.process = new BackgroundProcess({
      name: 'sentinel',
      command: redisProgram(),
      args: [this.configuration, '--sentinel'],
      env: baseEnvironment(),
      pidFile,
      logFile,
    });
  }

  get port(): number {
    return this.options.port;
  }

  /**
   * Starts the sentinel; it answers a moment later.
   * @param anew it forgets what it knows; default: only if it knows nothing yet
   */
  async start({ anew = !existsSync(this.configuration) } = {}): Promise<void> {
    const { directory, port, password, group, settings } = this.options;
    const primary = { host: '127.0.0.1', port: group.primaryPort() };
    const told = { bind: '127.0.0.1', port, directory, password, group: { ...group, primary }, settings };
    if (anew) writePrivateFile(this.configuration, sentinelConfiguration(told));
    await this.process.start();
  }

  async stop(graceMilliseconds = 5_000): Promise<void> {
    await this.process.stop(graceMilliseconds);
  }

  /**
   * The group as this sentinel knows it; undefined as long as it could not have another server take over.
   * @param caFile with TLS
   */
  async group(caFile?: string): Promise<{ primaryPort: number; replicas: number } | undefined> {
    const { name } = this.options.group;
    return this.ask(caFile, async (client) => {
      await client.call('SENTINEL', 'CKQUORUM', name);
      const [, primary] = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as string[];
      // A sentinel hears of replicas every ten seconds, or as often as `hurry` says.
      const replicas = (await client.call('SENTINEL', 'REPLICAS', name)) as unknown[];
      return { primaryPort: Number(primary), replicas: replicas.length };
    }).catch(() => undefined);
  }

  /**
   * Has it ask the servers so often which replicas there are, where it otherwise does so every ten seconds, until it stops.
   *
   * @param milliseconds between two questions
   * @param caFile with TLS
   */
  async hurry(milliseconds: number, caFile?: string): Promise<void> {
    await this.ask(caFile, (client) => client.call('SENTINEL', 'DEBUG', 'INFO-PERIOD', String(milliseconds)));
  }

  private async ask<T>(caFile: string | undefined, question: (client: Redis) => Promise<T>): Promise<T> {
    const { port, password } = this.options;
    const tls = caFile === undefined ? undefined : { ca: readFileSync(caFile, 'utf8') };
    const client = new Redis({ host: '127.0.0.1', port, password, tls, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await question(client);
    } finally {
      client.disconnect();
    }
  }
}

/** What a sentinel wrote down about its group, and at which of their agreements; undefined if it knows none. */
export function configuredGroup(text: string): { ownPort: number; primaryPort: number; epoch: number } | undefined {
  const primary = /^sentinel monitor \S+ \S+ (\d+)/m.exec(text)?.[1];
  if (primary === undefined) return undefined;
  // With TLS the other one is 0.
  const ports = [...text.matchAll(/^(?:tls-)?port (\d+)/gm)].map(([, port]) => Number(port));
  const epoch = /^sentinel config-epoch \S+ (\d+)/m.exec(text)?.[1] ?? 0;
  return { ownPort: Math.max(...ports), primaryPort: Number(primary), epoch: Number(epoch) };
}
