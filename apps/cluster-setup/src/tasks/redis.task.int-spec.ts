import { ClusterLayout, connectToRedis, RedisUsers, redisUserNames } from '@strongroom/local-cluster';
import { startTestRedisGroup, temporaryDirectory, type TestRedisGroup } from '@strongroom/testing';
import { readConfig } from '../config';
import { provisionRedis } from './redis.task';

const home = temporaryDirectory('redis-users');
let group: TestRedisGroup;

beforeAll(async () => {
  group = await startTestRedisGroup();
});
afterAll(async () => {
  await group.stop();
  home.remove();
});

it('gives programs their users on every server that sentinels may make the primary', async () => {
  const { sentinels } = group.endpoint;
  const config = readConfig({
    STRONGROOM_STATE_DIRECTORY: home.path,
    STRONGROOM_REDIS_SENTINELS: sentinels.hosts.map(({ host, port }) => `${host}:${port}`).join(','),
    STRONGROOM_REDIS_SENTINEL_GROUP: sentinels.group,
    STRONGROOM_REDIS_SENTINEL_PASSWORD_FILE: group.passwordFiles.sentinel,
    STRONGROOM_REDIS_PASSWORD_FILE: group.passwordFiles.redis,
  });
  const layout = new ClusterLayout(home.path, 0);
  new RedisUsers(layout).provide();
  await provisionRedis(config);
  for (const { endpoint } of group.servers) {
    for (const username of redisUserNames) {
      const client = await connectToRedis({ ...endpoint, username, passwordFile: layout.redisPasswordFile(username) });
      expect(await client.ping()).toBe('PONG');
      client.disconnect();
    }
  }
});

it('says who refused the administrator', async () => {
  const [{ endpoint }] = group.servers as [(typeof group.servers)[number]];
  const config = readConfig({
    STRONGROOM_STATE_DIRECTORY: home.path,
    STRONGROOM_REDIS_HOST: endpoint.host,
    STRONGROOM_REDIS_PORT: `${endpoint.port}`,
    STRONGROOM_REDIS_PASSWORD_FILE: group.passwordFiles.sentinel,
  });
  await expect(provisionRedis(config)).rejects.toThrow(/Redis did not let the administrator in: .*WRONGPASS/);
});
