import { runWatched, type WatchedProcess } from '../application-process';
import { expectThat } from '../narrator';
import { hasSucceeded, runThat } from '../rotation-run';
import { short, type Story } from '../story';
import type { Cast } from './access.chapter';

const ROTATIONS = 2;

/**
 * An application that takes its password from its environment, under rotation. Resolves with the id of the version that the last
 * rotation made current.
 */
export const runWithEnvironment = async (story: Story, { orders }: Cast): Promise<string> => {
  const { narrator, cluster, secretId, programs } = story;
  narrator.chapter('An application that has never heard of Strongroom gets its password from its environment');
  const application = await narrator.step(
    `strongroom run --watch --secret ${secretId} --env-prefix DB_ -- application, as ${orders.name}`,
    async () => {
      const watched = await runWatched(
        { strongroom: programs.strongroom, application: programs.environmentApplication },
        cluster,
        orders,
        secretId,
      );
      await watched.works(1);
      return watched;
    },
    ({ pid }) => `process ${pid} reads the secret, starts the application and watches`,
  );
  const current = await rotateBeneath(story, application).catch(async (error: unknown) => {
    await application.stop();
    throw error;
  });
  const report = await narrator.step(
    `The application has seen ${ROTATIONS} rotations`,
    () => application.stop(),
    ({ queries, users, failures }) => `${queries} logins and queries as ${users.join(', then ')}, ${failures.length} failed`,
  );
  expectThat(report.failures.length === 0, `the application noticed: ${report.failures[0]}`);
  expectThat(report.users.length === ROTATIONS + 1, 'the application was not started again after each rotation');
  expectThat(report.code === 0, `strongroom run did not end as its application did, but with ${report.code}`);
  return current;
};

/** Rotates, and waits each time until an application works with the new password. */
const rotateBeneath = async (story: Story, application: WatchedProcess): Promise<string> => {
  let versionId = '';
  for (let n = 1; n <= ROTATIONS; n++) {
    versionId = await rotate(story);
    await story.narrator.step(
      'strongroom run hears of it, ends the application and starts it with the new password',
      () => application.works(n + 1),
      (user) => `now it works as ${user}`,
    );
  }
  return versionId;
};

const rotate = async (story: Story): Promise<string> => {
  const { narrator, admin, secretId } = story;
  const { versionId } = await narrator.step(
    'RotateSecret',
    async () => {
      const answer = await admin.secrets.rotateSecret({ secretId });
      await runThat(admin, { secretId, versionId: answer.versionId }, hasSucceeded);
      return answer;
    },
    (answer) => `version ${short(answer.versionId!)} is AWSCURRENT`,
  );
  story.remember('RotateSecret');
  return versionId!;
};
