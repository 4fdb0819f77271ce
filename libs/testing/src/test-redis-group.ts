import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisGroup } from '@strongroom/config';
import {
  connectToRedis,
  findFreePorts,
  REDIS_GROUP,
  REDIS_GROUP_PORTS,
  type RedisGroupPart,
  type RedisServer,
  RedisServerGroup,
  type SentinelServer,
  serviceCertificate,
} from '@strongroom/local-cluster';
import type { Redis } from 'ioredis';
import { makeTestDirectory } from './abandoned-runs';
import type { TestPki } from './test-pki';

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
  /** Cuts the primary off from replicas and sentinels until the group ends; its clients still reach it. */
  isolatePrimary(): Promise<void>;
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

export const startTestRedisGroup = async ({ pki, settings, downAfterMs }: GroupOptions = {}): Promise<TestRedisGroup> => {
  const directory = makeTestDirectory();
  const tls = pki && (await pki.issueFiles(serviceCertificate('redis')));
  const passwordFile = (name: string) => join(directory, `${name}.password`);
  const group = new RedisServerGroup({
    place: (part) => ({
      directory: join(directory, part),
      pidFile: join(directory, `${part}.pid`),
      logFile: join(directory, `${part}.log`),
    }),
    passwordFile,
    firstPort: await findFreePorts(REDIS_GROUP_PORTS),
    tls,
    settings,
    downAfterMs,
  });
  const clients: Redis[] = [];
  const stop = async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await group.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await group.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { servers, sentinels } = group;
  const [password, sentinelPassword] = ['redis', 'sentinel'].map((name) => readFileSync(passwordFile(name), 'utf8').trim());
  const ca = tls && readFileSync(tls.caFile, 'utf8');
  return {
    endpoint: { password, ca, sentinels: { hosts: group.sentinelHosts, group: REDIS_GROUP, password: sentinelPassword, ca } },
    passwordFiles: { redis: passwordFile('redis'), sentinel: passwordFile('sentinel') },
    servers,
    sentinels,
    primary: () => group.primary(),
    async replicas() {
      const primary = await group.primary();
      return servers.filter((server) => server !== primary);
    },
    async connect(server) {
      const client = await connectToRedis(server.endpoint);
      clients.push(client);
      return client;
    },
    async isolatePrimary() {
      await group.isolate(`redis-${servers.indexOf(await group.primary()) + 1}` as RedisGroupPart);
    },
    settled: () => group.settled(),
    stop,
  };
};
