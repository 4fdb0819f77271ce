import { connectAsAdministrator, type LocalCluster } from '@strongroom/local-cluster';
import { startBusyApplication } from '../application-process';
import { expectThat } from '../narrator';
import { hasSucceeded, runThat, stepLines } from '../rotation-run';
import type { DatabaseCredential } from '../shop-database';
import { short, type Story } from '../story';
import type { Cast } from './access.chapter';

const MASTER = 'demo/superusers/shop';
const FUNCTION = 'strongroom-mariadb-alternating-users';
const SCHEDULE = 'rate(30 days)';

/** Resolves with the id of the version that the last rotation made current. */
export const rotateSecret = async (story: Story, cluster: LocalCluster, { orders }: Cast): Promise<string> => {
  const { narrator, secretId, programs } = story;
  narrator.chapter('Now Strongroom changes the password by itself, while an application works without a pause');
  await allowRotation(story);
  const busy = await narrator.step(
    `A busy application as ${orders.name}: a connection held open, and new logins all the time`,
    () => startBusyApplication(programs.busyApplication, cluster, orders, secretId),
    ({ pid }) => `process ${pid} is at work`,
  );
  const versions = [await rotateOnDemand(story), await rotateOnSchedule(story, cluster), await rotateOnDemand(story)];
  const report = await narrator.step(
    'The busy application has seen three rotations',
    () => busy.stop(),
    ({ queries, logins, users, failures }) =>
      `${queries} queries on the open connection, ${logins} new logins as ${users.join(' and ')}, ${failures.length} failures`,
  );
  expectThat(report.failures.length === 0, `the application noticed: ${report.failures[0]}`);
  expectThat(report.users.length === 2, 'the application did not see two users take turns');
  await showHistory(story);
  return versions.at(-1)!;
};

/** Alternating users need a superuser, whose secret says that rotation may use it for this one secret. */
const allowRotation = async (story: Story): Promise<void> => {
  const { narrator, admin, secretId, shop } = story;
  const superuser = await shop.createSuperuser(await story.newPassword());
  await admin.secrets.deleteSecret({ secretId: MASTER, forceDeleteWithoutRecovery: true });
  const master = await narrator.step(
    `CreateSecret ${MASTER}: a superuser, who creates and changes users`,
    () => admin.secrets.createSecret({ name: MASTER, secretString: JSON.stringify(superuser) }),
    ({ arn }) => arn,
  );
  const { arn, secretString } = await admin.secrets.getSecretValue({ secretId });
  await narrator.step(
    'PutResourcePolicy: rotation-worker may read it, to rotate the application’s secret',
    () =>
      admin.secrets.putResourcePolicy({
        secretId: MASTER,
        resourcePolicy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'rotation-worker.strongroom.internal' },
              Action: 'secretsmanager:GetSecretValue',
              Resource: '*',
              Condition: { ArnEquals: { 'aws:SourceArn': arn } },
            },
          ],
        }),
      }),
    () => 'and for no other secret',
  );
  const credential = JSON.parse(secretString!) as DatabaseCredential;
  await admin.secrets.putSecretValue({ secretId, secretString: JSON.stringify({ ...credential, masterarn: master.arn }) });
};

const rotateOnDemand = async (story: Story): Promise<string> => {
  const { narrator, admin, secretId } = story;
  const { versionId } = await narrator.step(
    `RotateSecret by ${FUNCTION}`,
    async () => {
      const answer = await admin.secrets.rotateSecret({
        secretId,
        rotationLambdaArn: FUNCTION,
        rotationRules: { scheduleExpression: SCHEDULE },
      });
      await runThat(admin, { secretId, versionId: answer.versionId }, hasSucceeded);
      return answer;
    },
    (answer) => `version ${short(answer.versionId!)} is AWSCURRENT`,
  );
  story.remember('RotateSecret');
  return versionId!;
};

const rotateOnSchedule = async ({ narrator, admin, secretId }: Story, cluster: LocalCluster): Promise<string> => {
  const { nextRotationDate } = await admin.secrets.describeSecret({ secretId });
  narrator.say(
    `   Its schedule is ${SCHEDULE}: the next rotation would start on ${nextRotationDate!.toISOString().slice(0, 16)} UTC.`,
  );
  const { versionId: before } = await admin.secrets.getSecretValue({ secretId });
  const run = await narrator.step(
    'Nobody waits that long: the walkthrough sets that date to now, in the database, and the schedule does the rest',
    async () => {
      const connection = await connectAsAdministrator(cluster.database, 'strongroom_secrets');
      await connection.query('UPDATE secret SET next_rotation_at = NOW(3) WHERE account_id = ? AND name = ?', [
        cluster.accountId,
        secretId,
      ]);
      await connection.end();
      return runThat(admin, { secretId }, (newest) => newest.initiatedBy === '' && hasSucceeded(newest));
    },
    ({ versionId }) => `version ${short(versionId)} is AWSCURRENT`,
  );
  expectThat(run.versionId !== before, 'the schedule made no new version');
  return run.versionId;
};

const showHistory = async ({ narrator, admin, secretId }: Story): Promise<void> => {
  const { runs } = await narrator.step(
    'ListRotationRuns',
    async () => ({ runs: await admin.rotation.listRotationRuns({ secretId }).all() }),
    (list) => `the newest of ${list.runs.length}`,
  );
  for (const line of stepLines(runs[0]!)) narrator.say(`     ${line}`);
};
