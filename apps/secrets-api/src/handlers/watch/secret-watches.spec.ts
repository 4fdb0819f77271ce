import { callerForTests } from '@strongroom/access';
import { auditing, InMemoryRecorder } from '@strongroom/audit-trail';
import { ManualClock, pollUntil } from '@strongroom/clock';
import { WatchSecretsRequest, type WatchSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { FairGate, Quota } from '@strongroom/fairness';
import { systemRandom } from '@strongroom/random';
import { FakeSecretStore } from '../../domain/fake-secret-store.testing';
import type { Secret } from '../../domain/secret';
import type { ChangedSecret } from '../../domain/watch/change-feed.port';
import type { Watcher } from '../../domain/watch/change-hub';
import type { Dependencies } from '../dependencies';
import type { Call, Located } from '../secret-access';
import { SecretWatches } from './secret-watches';
import { WatchedSecrets } from './watched-secrets';

const CHANGE: ChangedSecret = { accountId: '000000000000', region: 'us-east-1', name: 'app/a', suffix: 'abcdef' };
const at = (version: string, name = CHANGE.name): Secret => {
  const secret = new FakeSecretStore().add(name);
  return { ...secret, labels: new Map([['AWSCURRENT', version]]) };
};

const turns = async () => {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
};

/** A stream that watches a prefix. Its lists and its readings of single secrets answer when the test says so. */
const setUp = async (requests = new FairGate({ slots: 1 })) => {
  const lists: ((version: string, ...more: Secret[]) => void)[] = [];
  const readings: ((version: string) => void)[] = [];
  const watchers = new Set<Watcher>();
  const access = {
    require: (_call: unknown, _action: unknown, { found }: Located) => found,
    locateFor: () =>
      new Promise<Located>((resolve) =>
        readings.push((version) => resolve({ target: {} as Located['target'], found: { secret: at(version) } })),
      ),
  };
  const d = {
    access,
    authorizer: { timesRead: 0, require: () => undefined },
    hub: {
      add: (watcher: Watcher) => watchers.add(watcher),
      remove: (watcher: Watcher) => watchers.delete(watcher),
      position: { seen: 1, missing: [] },
      isUnderWay: Promise.resolve(),
    },
    store: {
      list: () => new Promise((resolve) => lists.push((version, ...more) => resolve({ items: [at(version), ...more] }))),
    },
    region: 'us-east-1',
  } as unknown as Dependencies;
  const clock = new ManualClock();
  const controller = new AbortController();
  const call = {
    caller: callerForTests(),
    peer: { address: '127.0.0.1' },
    userAgent: '',
    signal: controller.signal,
    method: 'WatchSecrets',
    operation: 'WatchSecrets',
    requestId: 'request',
    deadline: Infinity,
  } as unknown as Call;
  const heard: string[] = [];
  const send = ({ notices }: WatchSecretsResponse) => {
    for (const { state } of notices) {
      if (state?.$case === 'readable') heard.push(...Object.keys(state.value.versionsToStages));
    }
  };
  const told = new Quota({ total: 1, each: 1 });
  const secrets = new WatchedSecrets(access);
  const callers = { dependsOnTime: () => undefined, areByTime: () => false };
  const watches = new SecretWatches(d, call, send, { callers, secrets, told, requests });
  const sent = async function* () {
    yield await Promise.resolve(
      WatchSecretsRequest.fromPartial({ add: [{ id: 1, what: { $case: 'namePrefix', value: 'app/' } }] }),
    );
  };
  const recorder = new InMemoryRecorder();
  const eventOf = () => ({
    audited: true,
    readOnly: true,
    eventName: 'WatchSecrets',
    eventSource: 'secretsmanager.amazonaws.com',
  });
  const audited = auditing({
    recorder,
    eventOf,
    clock,
    random: systemRandom,
    region: 'us-east-1',
    accountId: '000000000000',
  } as never);
  const running = audited(call, undefined, () => watches.run(sent()));
  const until = async (probe: () => boolean) => expect(await pollUntil(probe, 5_000, 1)).toBe(true);
  await until(() => lists.length === 1);
  lists.shift()!('v1');
  await until(() => heard.length === 1);
  return {
    lists,
    readings,
    heard,
    told,
    running,
    until,
    change: () => watchers.forEach((watcher) => watcher.changed(CHANGE)),
    callerChanges: () => watches.callerIs(callerForTests({ tags: { team: 'blue' } })),
    end: async () => {
      controller.abort();
      await running;
      watches.close();
    },
  };
};

it('reads no secret while it lists, so that an older state is not told after a newer one', async () => {
  const { lists, readings, heard, until, change, callerChanges, end } = await setUp();
  callerChanges();
  await until(() => lists.length === 1);
  change();
  await turns();
  // The list may have been read before the change.
  expect(readings).toHaveLength(0);
  lists.shift()!('v1');
  await until(() => lists.length + readings.length > 0);
  for (const answer of [...lists, ...readings]) answer('v2');
  await until(() => heard.at(-1) === 'v2');
  expect(heard).toEqual(['v1', 'v2']);
  await end();
});

it('lists nothing while it reads a secret, for the same reason', async () => {
  const { lists, readings, heard, until, change, callerChanges, end } = await setUp();
  change();
  await until(() => readings.length === 1);
  callerChanges();
  await turns();
  expect(lists).toHaveLength(0);
  readings.shift()!('v2');
  await until(() => lists.length === 1);
  lists.shift()!('v3');
  await until(() => heard.at(-1) === 'v3');
  expect(heard).toEqual(['v1', 'v2', 'v3']);
  await end();
});

it('ends with an error if its watches match more than may be remembered, and does not try again', async () => {
  const { lists, running, told, until, callerChanges } = await setUp();
  callerChanges();
  await until(() => lists.length === 1);
  lists.shift()!('v1', at('v1', 'app/b'));
  await expect(running).rejects.toMatchObject({ reason: 'LimitExceededException' });
  expect(told.inUse).toBe(1);
});

it('waits for its turn before it begins', async () => {
  const gate = new FairGate({ slots: 1 });
  const leave = await gate.enter('another stream');
  const starting = setUp(gate);
  expect(await Promise.race([starting, turns().then(() => 'waits')])).toBe('waits');
  leave();
  await (await starting).end();
});

it('gives back what it took when it ends', async () => {
  const { told, end } = await setUp();
  expect(told.inUse).toBe(1);
  await end();
  expect(told.inUse).toBe(0);
});
