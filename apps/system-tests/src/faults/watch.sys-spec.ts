import {
  ListSecretVersionIdsRequest,
  SecretsServiceClient,
  type SecretWatch,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { connect, connectTo, type ServiceClient } from '@strongroom/grpc-kit';
import { connectAsAdministrator, connectToRedis } from '@strongroom/local-cluster';
import { secretsService } from '@strongroom/methods';
import { eventually } from '@strongroom/testing';
import type { RowDataPacket } from 'mysql2/promise';
import { SecondSecretsApi } from '../support/second-secrets-api';
import { BESIDE_THE_CORE, System, unique } from '../support/system';
import { Link } from '../support/watching/link';
import { Watcher } from '../support/watching/watcher';
import { TAG, Writers } from '../support/watching/writers';

// Writers change secrets all the time, and watchers at two replicas say what they hear, whatever happens to both. Whenever the
// writers pause, everybody must have heard what was committed.

const PATIENCE_MS = 10_000;

let system: System;
let second: SecondSecretsApi;
let link: Link;
let client: ServiceClient<typeof secretsService>;
let writers: Writers;
const prefix = `${unique('watched')}/`;
const clients: { close(): void }[] = [];
const watchers: Watcher[] = [];
/** At the first replica, behind a link that fails; only the one that roams knows another way. */
let roaming: Watcher;
let faithful: Watcher;

beforeAll(async () => {
  system = await System.own({ without: BESIDE_THE_CORE });
  second = await SecondSecretsApi.start(system.cluster);
  const first = system.cluster.endpoint('secrets-api').replace('localhost', '127.0.0.1');
  link = await Link.open(first);
  const tls = system.cluster.adminCertificate;
  const at = (address: string) => ({ address, tls, service: 'system-tests', serverName: 'localhost' });
  client = connectTo(secretsService, at(`${first},${second.address}`));
  const [atFirst, atSecond, behindLink] = [first, second.address, link.address].map((address) =>
    connect(SecretsServiceClient, at(address)),
  ) as [SecretsServiceClient, SecretsServiceClient, SecretsServiceClient];
  clients.push(client, atFirst, atSecond, behindLink);

  writers = await Writers.start(client, prefix, { writers: 3, each: 2 });
  const names = writers.names.map((value) => ({ $case: 'secretId' as const, value }));
  const broad = [
    { $case: 'namePrefix' as const, value: prefix },
    { $case: 'tag' as const, value: TAG },
  ];
  const watch = (name: string, ways: SecretsServiceClient[], whats: NonNullable<SecretWatch['what']>[]): Watcher => {
    const watcher = new Watcher(name, ways, writers.committed, whats);
    watchers.push(watcher);
    return watcher;
  };
  watch('names, first', [atFirst, atSecond], names);
  watch('prefix and tag, first', [atFirst, atSecond], broad);
  watch('names, second', [atSecond, atFirst], names);
  watch('prefix and tag, second', [atSecond, atFirst], broad);
  roaming = watch('roaming', [behindLink, atSecond], [...names, ...broad]);
  faithful = watch('faithful', [behindLink], [...names, ...broad]);
}, 120_000);

afterAll(async () => {
  writers?.stop();
  for (const watcher of watchers) watcher.stop();
  for (const each of clients) each.close();
  await link?.close();
  await system?.stop();
});

const of = (look: (watcher: Watcher) => string[], some: readonly Watcher[] = watchers): string[] => some.flatMap(look);

/** Everybody has heard how each secret is now. */
const areUpToDate = async (some: readonly Watcher[] = watchers): Promise<void> => {
  const isSo = () => of(({ wrong }) => wrong, some).length === 0;
  await eventually('the watchers are told', isSo, PATIENCE_MS).catch(() => undefined);
  expect(of(({ wrong }) => wrong, some)).toEqual([]);
};

/** Compares what was heard with what was committed, and that with what lists say. */
const expectAllHeard = () =>
  writers.paused(async () => {
    await areUpToDate();
    expect(of(({ invented, late, problems }) => [...invented, ...late, ...problems])).toEqual([]);
    for (const secretId of writers.names) {
      const known = writers.committed.get(secretId)!.at(-1)!;
      await writers.note(secretId);
      expect(writers.committed.get(secretId)!.at(-1)).toEqual(known);
      if (!known.state.includes('=')) continue;
      const { versions } = await client.listSecretVersionIds(ListSecretVersionIdsRequest.fromPartial({ secretId }));
      const labelled = versions.map(
        ({ versionId, versionStages }) => `${versionId.slice(0, 8)}=${[...versionStages].sort().join('+')}`,
      );
      expect(labelled.sort().join(' ')).toBe(known.state);
    }
  });

const resumptions = (): number => watchers.reduce((sum, { resumed }) => sum + resumed, 0);

it('tells each change to everybody, if it waits until they have heard it', async () => {
  await expectAllHeard();
  await writers.paused(async () => {
    for (let n = 0; n < 8; n++) {
      await writers.change(writers.names[n % 2]!);
      await areUpToDate();
    }
  });
  await expectAllHeard();
});

it('tells everything, although replicas are killed and come back', async () => {
  const { cluster } = system;
  const replicas = [
    { kill: () => cluster.kill('secrets-api'), start: () => cluster.startService('secrets-api') },
    { kill: () => second.kill(), start: () => second.start() },
  ];
  for (const { kill, start } of replicas) {
    const before = resumptions();
    await writers.commit(30);
    await kill();
    await writers.commit(30);
    await start();
    await writers.commit(30);
    expect(resumptions() - before).toBeGreaterThanOrEqual(2);
    await expectAllHeard();
  }
});

it('tells everything, although Redis is emptied', async () => {
  await writers.commit(30);
  const redis = await connectToRedis(system.cluster.redis);
  await redis.flushall();
  redis.disconnect();
  await writers.commit(30);
  await expectAllHeard();
});

it('tells a client that was cut off what has changed meanwhile, at another replica as well', async () => {
  await eventually('it is there', () => roaming.token !== '' && faithful.token !== '');
  const before = [roaming.resumed, faithful.resumed];
  link.stall();
  await writers.commit(100);
  link.cut();
  await writers.commit(30);
  link.mend();
  await expectAllHeard();
  expect([roaming.resumed, faithful.resumed].map((resumed, n) => resumed > before[n]!)).toEqual([true, true]);
});

it('tells what commits late, after changes with later numbers, also to a client that was away just then', async () => {
  const connection = await connectAsAdministrator(system.cluster.database, 'strongroom_secrets');
  try {
    await writers.paused(async () => {
      // After what came before, each secret is readable.
      const [slow, quick] = writers.names as [string, string];
      const stateOf = (name: string) => writers.committed.get(name)!.at(-1)!.state;
      if (!stateOf(slow).includes('=')) await writers.change(slow);
      await areUpToDate();
      const [[row]] = await connection.query<RowDataPacket[]>(
        'SELECT id, account_id, region, name, arn_suffix FROM secret WHERE name = ?',
        [slow],
      );
      const { id, ...named } = row!;
      // As a replica leaves it that is stopped between its last statement and its commit.
      await connection.beginTransaction();
      // Not a deletion: what cannot be read is told to everybody who comes back, changed or not.
      await connection.query(
        `INSERT INTO version_label (secret_id, label, version_id)
          SELECT secret_id, 'late', version_id FROM version_label WHERE secret_id = ? AND label = 'AWSCURRENT'`,
        [id],
      );
      await connection.query('INSERT INTO secret_change SET changed_at = UTC_TIMESTAMP(3), ?', [named]);
      await writers.change(quick);
      await areUpToDate();
      const away = [roaming, faithful];
      await eventually('their tokens name what is missing', () => away.every(({ token }) => token.includes('-')));
      link.stall();
      await connection.commit();
      await writers.note(slow);
      expect(stateOf(slow)).toContain('late');
      await areUpToDate(watchers.filter((watcher) => !away.includes(watcher)));
      link.cut();
      link.mend();
      await areUpToDate();
    });
    await expectAllHeard();
  } finally {
    await connection.end();
  }
  console.log(
    `${watchers.length} watchers heard of all changes; ${resumptions()} streams went on; ${writers.unknown} outcomes were unknown`,
  );
});
