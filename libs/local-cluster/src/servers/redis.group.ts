import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pollUntil } from '@strongroom/clock';
import type { Redis } from 'ioredis';
import type { CertificateFiles } from '../pki/certificate-authority';
import { randomPassword, readOrCreatePrivateFile } from '../private-files';
import type { BackgroundProcess } from '../processes/background-process';
import type { Place } from './mariadb.server';
import { connectToRedis, type RedisEndpoint, RedisServer } from './redis.server';
import { configuredGroup, SentinelServer } from './sentinel.server';

/** The servers of a group, and so are its sentinels. */
const SERVERS = [0, 1, 2] as const;

/** The ports of a group: of servers, of sentinels, and with TLS those at which the administrator reaches the servers without. */
export const REDIS_GROUP_PORTS = 3 * SERVERS.length;

/** As clients are told. */
export const REDIS_GROUP = 'strongroom';

/** The login of sentinels at each server. */
export const SENTINEL_USER = 'sentinel';
const REPLICATION_USER = 'replication';
/** Of the others in the group, at each server. */
const INNER_USERS = [REPLICATION_USER, SENTINEL_USER] as const;

/** With fewer replicas in step, a primary that somebody else may replace takes no writes (docs/configuration.md). */
export const replicatedWrites = ['min-replicas-to-write 1', 'min-replicas-max-lag 10'] as const;

/** Lines for each server of a group: who may follow it and watch it, and how it follows another one. */
export function groupMember(passwords: { replication: string; sentinel: string }): { users: string[]; settings: string[] } {
  return {
    users: [
      // Services may read the configuration, and this password with it.
      `user ${REPLICATION_USER} reset on >${passwords.replication} +psync +replconf +ping`,
      `user ${SENTINEL_USER} reset on >${passwords.sentinel} allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill`,
    ],
    settings: [`masteruser ${REPLICATION_USER}`, `masterauth ${passwords.replication}`, 'repl-diskless-sync-delay 0'],
  };
}

/** How often the sentinels ask which replicas there are. Milliseconds. */
const HURRY_MS = 500;
/** How long a group may take until another server could take over. Milliseconds. */
const SETTLE_MS = 60_000;

export type RedisGroupPart = `redis-${1 | 2 | 3}` | `sentinel-${1 | 2 | 3}`;

export const redisGroupParts: readonly RedisGroupPart[] = SERVERS.flatMap(
  (index) => [`redis-${index + 1}`, `sentinel-${index + 1}`] as RedisGroupPart[],
);

export interface RedisGroupOptions {
  place: (part: RedisGroupPart) => Place;
  /** Where passwords are kept, each in a file; made on first start. */
  passwordFile: (name: 'redis' | 'redis-replication' | 'redis-sentinel' | 'sentinel') => string;
  /** The first of `REDIS_GROUP_PORTS` free ports of the loopback interface. */
  firstPort: number;
  /** Lines that say who may log in beside servers and sentinels, the default user with the given password among them. */
  users?: (password: string) => string[];
  /** Clients, replicas and sentinels speak TLS only, but for the administrator. */
  tls?: CertificateFiles;
  /** More lines of the configuration of each Redis. */
  settings?: string[];
  /** A primary that says nothing for so long is down. Milliseconds; default 5,000. */
  downAfterMs?: number;
}

/** A primary, two replicas and three sentinels on the loopback interface, configured as docs/configuration.md says. */
export class RedisServerGroup {
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly SentinelServer[];
  private readonly caFile?: string;

  constructor(private readonly options: RedisGroupOptions) {
    const { place, passwordFile, downAfterMs = 5_000, tls } = options;
    this.caFile = tls?.caFile;
    this.servers = SERVERS.map(
      (index) =>
        new RedisServer({
          ...place(`redis-${index + 1}` as RedisGroupPart),
          port: this.administratorsPort(index),
          passwordFile: passwordFile('redis'),
          users: (password) => this.users(password),
          settings: () => this.settingsOf(index),
        }),
    );
    this.sentinels = SERVERS.map(
      (index) =>
        new SentinelServer({
          ...place(`sentinel-${index + 1}` as RedisGroupPart),
          port: this.sentinelsPort(index),
          password: this.password('sentinel'),
          group: {
            name: REDIS_GROUP,
            primaryPort: () => this.clientsPort(this.known()),
            user: SENTINEL_USER,
            password: this.password('redis-sentinel'),
            quorum: 2,
            downAfterMs,
          },
          settings: tls ? [...this.tlsSettings(this.sentinelsPort(index)), 'port 0'] : [],
        }),
    );
  }

  /** `host:port` of each sentinel, as clients are configured with them. */
  get sentinelHosts(): { host: string; port: number }[] {
    return SERVERS.map((index) => ({ host: '127.0.0.1', port: this.sentinelsPort(index) }));
  }

  /** `host:port` of each server, as clients connect to them. */
  get serverHosts(): { host: string; port: number }[] {
    return SERVERS.map((index) => ({ host: '127.0.0.1', port: this.clientsPort(index) }));
  }

  /** The administrator's way to the server that the sentinels last knew as the primary. */
  get endpoint(): RedisEndpoint {
    return this.servers[this.known()]!.endpoint;
  }

  /** Where that one keeps its data. */
  get data(): string {
    return this.servers[this.known()]!.data;
  }

  process(part: RedisGroupPart): BackgroundProcess {
    return this.part(part).process;
  }

  /**
   * Starts the group, with the server as its primary that was it last. Returns when another server could take over. The sentinels
   * begin anew: they may have other ports than before.
   */
  async start(): Promise<void> {
    const primary = this.servers[this.known()]!;
    await primary.start();
    await Promise.all(this.servers.filter((server) => server !== primary).map((server) => server.start()));
    await Promise.all(this.sentinels.map((sentinel) => sentinel.start({ anew: true })));
    await this.settled();
  }

  /** Starts one of its parts again. */
  async startPart(part: RedisGroupPart): Promise<void> {
    await this.part(part).start();
    if (part.startsWith('sentinel')) await this.hurry(this.part(part) as SentinelServer);
  }

  /**
   * Cuts the primary off from replicas and sentinels, which can then neither hear it nor tell it anything; its clients still
   * reach it. It is done by refusing their logins: the others hear a refusal where a network would be silent.
   */
  async isolate(part: RedisGroupPart): Promise<void> {
    await this.asAdministrator(part, async (client) => {
      for (const user of INNER_USERS) {
        await client.call('ACL', 'SETUSER', user, 'off');
        await client.call('CLIENT', 'KILL', 'USER', user);
      }
    });
  }

  /** Ends what `isolate` did. Returns when another server could take over. */
  async reconnect(part: RedisGroupPart): Promise<void> {
    await this.asAdministrator(part, async (client) => {
      for (const user of INNER_USERS) await client.call('ACL', 'SETUSER', user, 'on');
      // Sentinels keep a connection whose login was refused, and log in on a new one only.
      await client.call('CLIENT', 'KILL', 'USER', 'default', 'SKIPME', 'yes');
    });
    await this.settled();
  }

  /** Ends all of it: sentinels first, so that none has another server take over. */
  async stop(): Promise<void> {
    await Promise.all(this.sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** The server that the sentinels say is the primary. @throws Error if none could have another one take over */
  async primary(): Promise<RedisServer> {
    for (const sentinel of this.sentinels) {
      const found = await sentinel.group(this.caFile);
      if (found) return this.servers[SERVERS.findIndex((index) => this.clientsPort(index) === found.primaryPort)]!;
    }
    throw new Error('no sentinel knows a primary');
  }

  /** Waits until two replicas follow the primary, and all sentinels know it: before, none could take over. */
  async settled(): Promise<void> {
    for (const sentinel of this.sentinels) await this.hurry(sentinel);
    const isKnown = async () => {
      const groups = await Promise.all(this.sentinels.map((sentinel) => sentinel.group(this.caFile)));
      return groups.every((one) => one?.replicas === SERVERS.length - 1 && one.primaryPort === groups[0]?.primaryPort);
    };
    const isFollowed = async () => (await this.followers(await this.primary())) === SERVERS.length - 1;
    const isSettled = async () => (await isKnown()) && (await isFollowed().catch(() => false));
    if (!(await pollUntil(isSettled, SETTLE_MS, 100))) {
      throw new Error(`the group of Redis servers did not find together within ${SETTLE_MS / 1000} s`);
    }
  }

  /** How many replicas are in step with this server. */
  private async followers(server: RedisServer): Promise<number> {
    return asked(server, async (client) => (await client.info('replication')).match(/^slave\d+:.*state=online/gm)?.length ?? 0);
  }

  private asAdministrator<T>(part: RedisGroupPart, work: (client: Redis) => Promise<T>): Promise<T> {
    return asked(this.part(part) as RedisServer, work);
  }

  private async hurry(sentinel: SentinelServer): Promise<void> {
    const isTold = () =>
      sentinel.hurry(HURRY_MS, this.caFile).then(
        () => true,
        () => false,
      );
    await sentinel.process.waitUntil('answering', isTold, SETTLE_MS);
  }

  private part(part: RedisGroupPart): RedisServer | SentinelServer {
    const all = part.startsWith('sentinel') ? this.sentinels : this.servers;
    return all[Number(part.slice(-1)) - 1]!;
  }

  /** The index of the primary as the sentinels wrote it down at their last agreement, which has the greatest number. */
  private known(): number {
    const [newest] = SERVERS.flatMap((index) => {
      const file = join(this.options.place(`sentinel-${index + 1}` as RedisGroupPart).directory, 'sentinel.conf');
      const group = existsSync(file) ? configuredGroup(readFileSync(file, 'utf8')) : undefined;
      if (group === undefined) return [];
      // The ports may have been others then.
      const firstPort = group.ownPort - this.sentinelsPort(index) + this.options.firstPort;
      return [{ index: group.primaryPort - firstPort, epoch: group.epoch }];
    }).sort((a, b) => b.epoch - a.epoch);
    return newest?.index ?? 0;
  }

  private users(password: string): string[] {
    const { users = () => [`requirepass ${password}`] } = this.options;
    return [...users(password), ...this.member.users];
  }

  private settingsOf(index: number): string[] {
    const primary = this.known();
    return [
      ...this.member.settings,
      ...this.tlsSettings(this.clientsPort(index)),
      ...(index === primary ? [] : [`replicaof 127.0.0.1 ${this.clientsPort(primary)}`]),
      ...(this.options.settings ?? []),
    ];
  }

  private get member() {
    return groupMember({ replication: this.password('redis-replication'), sentinel: this.password('redis-sentinel') });
  }

  private tlsSettings(port: number): string[] {
    const { tls } = this.options;
    if (!tls) return [];
    return [
      `tls-port ${port}`,
      `tls-cert-file ${tls.certFile}`,
      `tls-key-file ${tls.keyFile}`,
      `tls-ca-cert-file ${tls.caFile}`,
      'tls-auth-clients no',
      'tls-replication yes',
    ];
  }

  private password(name: Parameters<RedisGroupOptions['passwordFile']>[0]): string {
    return readOrCreatePrivateFile(this.options.passwordFile(name), randomPassword);
  }

  private clientsPort(index: number): number {
    return this.options.firstPort + index;
  }

  private sentinelsPort(index: number): number {
    return this.options.firstPort + SERVERS.length + index;
  }

  private administratorsPort(index: number): number {
    return this.options.tls ? this.options.firstPort + 2 * SERVERS.length + index : this.clientsPort(index);
  }
}

async function asked<T>(server: RedisServer, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = await connectToRedis(server.endpoint);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
