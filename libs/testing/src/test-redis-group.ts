import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisGroup } from '@strongroom/config';
import {
  connectToRedis,
  findFreePorts,
  makePrivateDirectory,
  randomPassword,
  RedisServer,
  SentinelServer,
  serviceCertificate,
  writePrivateFile,
} from '@strongroom/local-cluster';
import type { Redis } from 'ioredis';
import { makeTestDirectory } from './abandoned-runs';
import { eventually } from './eventually';

import type { TestPki } from './test-pki';

const GROUP = 'test-group';
const SERVERS = 3;
/** How often the sentinels ask which replicas there are. Milliseconds. */
const HURRY_MS = 500;

/** A primary, two replicas and three sentinels of one suite, on the loopback interface. */
export interface TestRedisGroup {
  /** As clients are configured. */
  endpoint: RedisGroup;
  /** The passwords in `endpoint` as files of mode 0600, as services are configured with them. */
  passwordFiles: { redis: string; sentinel: string };
  servers: readonly RedisServer[];
  sentinels: readonly SentinelServer[];
  /** The server that the sentinels say is the primary. */
  primary(): Promise<RedisServer>;
  /** The others. */
  replicas(): Promise<RedisServer[]>;
  /** An administrator's client of this server; it ends with the group. */
  connect(server: RedisServer): Promise<Redis>;
  /** Waits until two replicas follow the primary, and all sentinels know it: before, none could take over. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface GroupOptions {
  /** Clients, replicas and sentinels speak TLS only, but for the administrator. */
  pki?: TestPki;
  /** More lines of the configuration of each Redis. */
  settings?: string[];
  /** A primary that says nothing for so long is down. Milliseconds. */
  downAfterMs?: number;
}

/** As docs/configuration.md has them. */
const usersOf = (password: string): string[] => [
  `requirepass ${password}`,
  `user replication on >${password} +psync +replconf +ping`,
  `user sentinel on >${password} allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill`,
];

export const startTestRedisGroup = async ({ pki, settings = [], downAfterMs = 5_000 }: GroupOptions = {}) => {
  const directory = makeTestDirectory();
  const port = await findFreePorts(3 * SERVERS);
  const [password, sentinelPassword] = [randomPassword(), randomPassword()];
  const tls = pki && (await pki.issueFiles(serviceCertificate('redis')));
  const files = (name: string) => ({
    directory: makePrivateDirectory(join(directory, name)),
    pidFile: join(directory, `${name}.pid`),
    logFile: join(directory, `${name}.log`),
  });
  const tlsSettings = (tlsPort: number) =>
    tls
      ? [
          `tls-port ${tlsPort}`,
          `tls-cert-file ${tls.certFile}`,
          `tls-key-file ${tls.keyFile}`,
          `tls-ca-cert-file ${tls.caFile}`,
          'tls-auth-clients no',
          'tls-replication yes',
        ]
      : [];
  /** The port of each server that clients use. */
  const ports = Array.from({ length: SERVERS }, (_, i) => port + (tls ? SERVERS : 0) + i);
  const indices = [...ports.keys()];
  const servers = indices.map((i) => {
    const where = files(`redis-${i}`);
    writePrivateFile(join(where.directory, 'redis.password'), `${password}\n`);
    const role = i === 0 ? [] : [`replicaof 127.0.0.1 ${ports[0]}`];
    const all = [
      `masterauth ${password}`,
      'repl-diskless-sync-delay 0',
      ...tlsSettings(port + SERVERS + i),
      ...role,
      ...settings,
    ];
    return new RedisServer({ ...where, port: port + i, settings: all, users: usersOf });
  });
  const group = { name: GROUP, primaryPort: ports[0]!, user: 'sentinel', password, quorum: 2, downAfterMs };
  const sentinels = indices.map((i) => {
    const own = port + 2 * SERVERS + i;
    const ofTls = tls ? [...tlsSettings(own), 'port 0'] : [];
    return new SentinelServer({ ...files(`sentinel-${i}`), port: own, password: sentinelPassword, group, settings: ofTls });
  });
  const clients: Redis[] = [];
  const stop = async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all([...servers, ...sentinels].map((one) => one.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  const connect = async (server: RedisServer) => {
    const client = await connectToRedis(server.endpoint);
    clients.push(client);
    return client;
  };
  const primary = async () => {
    for (const sentinel of sentinels) {
      const found = await sentinel.group(tls?.caFile);
      if (found) return servers[ports.indexOf(found.primaryPort)]!;
    }
    throw new Error('no sentinel knows a primary');
  };
  const replicas = async () => {
    const found = await primary();
    return servers.filter((server) => server !== found);
  };
  const followers = async (server: RedisServer): Promise<number> => {
    const client = await connectToRedis(server.endpoint);
    try {
      return (await client.info('replication')).match(/^slave\d+:.*state=online/gm)?.length ?? 0;
    } finally {
      client.disconnect();
    }
  };
  const areFollowed = (server: RedisServer) =>
    eventually('two replicas follow the primary', async () => (await followers(server)) === 2, 60_000);
  const settled = async () => {
    const known = async () => {
      const groups = await Promise.all(sentinels.map((sentinel) => sentinel.group(tls?.caFile)));
      return groups.every((one) => one?.replicas === 2 && one.primaryPort === groups[0]?.primaryPort);
    };
    await eventually('the sentinels know the group', known, 60_000);
    await areFollowed(await primary());
  };
  const sentinelFile = join(directory, 'sentinel.password');
  writePrivateFile(sentinelFile, `${sentinelPassword}\n`);
  const ca = tls && readFileSync(tls.caFile, 'utf8');
  const hosts = sentinels.map((sentinel) => ({ host: '127.0.0.1', port: sentinel.port }));
  const result: TestRedisGroup = {
    endpoint: { password, ca, sentinels: { hosts, group: GROUP, password: sentinelPassword, ca } },
    passwordFiles: { redis: servers[0]!.endpoint.passwordFile, sentinel: sentinelFile },
    servers,
    sentinels,
    primary,
    replicas,
    connect,
    settled,
    stop,
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    await areFollowed(servers[0]!);
    await Promise.all(sentinels.map((sentinel) => sentinel.start()));
    for (const sentinel of sentinels) {
      await eventually('a sentinel answers', () => sentinel.hurry(HURRY_MS, tls?.caFile).then(() => true));
    }
    await settled();
    return result;
  } catch (error) {
    await stop();
    throw error;
  }
};
