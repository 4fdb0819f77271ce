import { RotationRunState, RotationStep } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { connectToRedis, type ComponentName } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { RotatingUser } from '../support/rotating-user';
import { System, UNCALLED } from '../support/system';
import { eventsOf } from '../support/trail';

let system: System;

beforeAll(async () => {
  // A killed worker's steps need not be waited for as long as in earnest.
  const environment = {
    STRONGROOM_ROTATION_LOCK_MS: '1000',
    STRONGROOM_ROTATION_SCAN_INTERVAL_MS: '500',
    // Its users are of the cluster's own database, from which rotation would keep away.
    STRONGROOM_ROTATION_EGRESS: 'allow 127.0.0.1:1-65535',
  };
  system = await System.own({ without: UNCALLED, environment });
}, 150_000);
afterAll(() => system?.stop());

const ended = (user: RotatingUser, versionId: string, milliseconds = 30_000) =>
  eventually(
    `the rotation of ${user.secretId} ends`,
    async () => {
      const run = await user.newestRun();
      return run?.versionId === versionId && run.state !== RotationRunState.RUNNING && run;
    },
    milliseconds,
    100,
  );

const expectRotated = async (user: RotatingUser, versionId: string): Promise<void> => {
  const labels = await user.labels();
  expect(labels['AWSCURRENT']).toBe(versionId);
  expect(labels['AWSPENDING']).toBeUndefined();
  expect(await user.logsIn('AWSCURRENT')).toBe(true);
};

it('gives a database user a new password, with a history and a trail', async () => {
  const user = await RotatingUser.create(system);
  const before = await user.labels();
  const versionId = await user.rotate();
  const run = await ended(user, versionId);
  expect(run.state).toBe(RotationRunState.SUCCEEDED);
  await expectRotated(user, versionId);
  expect((await user.labels())['AWSPREVIOUS']).toBe(before['AWSCURRENT']);
  expect(run.steps.map(({ step, tries }) => [step, tries.map(({ errorCode }) => errorCode)])).toEqual([
    [RotationStep.CREATE_SECRET, ['']],
    [RotationStep.SET_SECRET, ['']],
    [RotationStep.TEST_SECRET, ['']],
    [RotationStep.FINISH_SECRET, ['']],
  ]);
  const events = await eventually('the trail has the end of the run', async () => {
    const found = await eventsOf(system.admin, run.runId);
    return found.some(({ eventName }) => eventName === 'RotationSucceeded') && found;
  });
  expect(events.map(({ eventName }) => eventName).sort()).toEqual(
    [...Array<string>(4).fill('RotationStep'), 'RotationStarted', 'RotationSucceeded'].sort(),
  );
  expect(events[0]!.resources).toEqual([expect.objectContaining({ arn: user.arn, versionId })]);
});

it('says at once what is wrong with a secret, and keeps the new version while the current one does not log in', async () => {
  const user = await RotatingUser.create(system);
  const value = JSON.stringify({ engine: 'mariadb', host: '127.0.0.1', username: 'somebody' });
  await system.admin.secrets.putSecretValue({
    secretId: user.secretId,
    value: { value: { $case: 'secretString', value } },
    clientRequestToken: 'without-a-password'.padEnd(32, '-'),
  });
  const run = await ended(user, await user.rotate());
  expect(run.state).toBe(RotationRunState.FAILED);
  expect(run.diagnosis).toMatch(/password/);
  // AWSCURRENT cannot log in, so the pending version is not given up.
  await expect(system.admin.rotation.rollBackRotation({ secretId: user.secretId })).rejects.toMatchObject({
    reason: 'InvalidRequestException',
  });
});

const victims: [ComponentName, string][] = [
  ['rotation-worker', 'killed'],
  ['secrets-api', 'killed'],
  ['redis', 'killed'],
  ['redis', 'emptied'],
  ['mariadb', 'killed'],
];

it.each(victims)(
  'ends every rotation with a password that logs in when %s is %s in the middle',
  async (victim, how) => {
    const users = await Promise.all(Array.from({ length: 6 }, () => RotatingUser.create(system)));
    const versions: string[] = [];
    for (const user of users) versions.push(await user.rotate());
    await sleep(50 + Math.random() * 400);
    if (how === 'emptied') {
      const redis = await connectToRedis(system.cluster.redis);
      await redis.flushall();
      redis.disconnect();
    } else {
      await system.cluster.kill(victim);
      await system.cluster.startComponent(victim);
    }
    const runs = await Promise.all(users.map((user, at) => ended(user, versions[at]!, 90_000)));
    expect(runs.map(({ state, diagnosis }) => [state, diagnosis])).toEqual(runs.map(() => [RotationRunState.SUCCEEDED, '']));
    for (const [at, user] of users.entries()) await expectRotated(user, versions[at]!);
  },
  150_000,
);
