import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RotationRun, RotationRunState, RotationStep } from '@strongroom/client';
import { findFreePorts, type LocalCluster, MariaDbServer } from '@strongroom/local-cluster';
import { HesitantDoor } from '../hesitant-door';
import { expectThat } from '../narrator';
import { hasSucceeded, runThat, stepLines } from '../rotation-run';
import { ShopDatabase } from '../shop-database';
import { short, type Story } from '../story';

const SECRET = 'demo/production/branch-db';
const FUNCTION = 'strongroom-mariadb-single-user';

/** A rotation whose database dies between setSecret and testSecret, and comes back. */
export const healRotation = async (story: Story, cluster: LocalCluster): Promise<void> => {
  const { narrator, admin } = story;
  narrator.chapter('A rotation that is interrupted in the middle');
  const home = join(cluster.home, 'demo-branch');
  rmSync(home, { recursive: true, force: true });
  const server = new MariaDbServer({
    directory: home,
    port: await findFreePorts(1),
    pidFile: join(cluster.home, 'run', 'demo-branch.pid'),
    logFile: join(cluster.home, 'logs', 'demo-branch.log'),
  });
  const shop = new ShopDatabase(server.administrator);
  const password = await story.newPassword();
  await narrator.step(
    'Another branch gets a MariaDB of its own, because this one will be killed',
    () => server.start().then(() => shop.create(password)),
    (orders) => `port ${server.administrator.port}, with ${orders} orders`,
  );
  const door = await HesitantDoor.build(server.administrator.port, /(ALTER USER|SET PASSWORD)/);
  try {
    await admin.secrets.deleteSecret({ secretId: SECRET, forceDeleteWithoutRecovery: true });
    const credential = { ...shop.credential(password), port: door.port };
    await admin.secrets.createSecret({ name: SECRET, secretString: JSON.stringify(credential) });
    const versionId = await cutOff(story, server, door);
    await narrator.step(
      'The database comes back',
      () => server.start().then(() => runThat(admin, { secretId: SECRET, versionId }, hasSucceeded)),
      (run) => `the rotation continued by itself: version ${short(run.versionId)} is AWSCURRENT`,
    );
    const [run] = await admin.rotation.listRotationRuns({ secretId: SECRET }).all();
    for (const line of stepLines(run!)) narrator.say(`     ${line}`);
  } finally {
    door.close();
    await server.stop();
  }
};

/** Resolves with the version that is on its way, once testSecret has failed because there is no database. */
const cutOff = async ({ narrator, admin }: Story, server: MariaDbServer, door: HesitantDoor): Promise<string> => {
  const { versionId } = await admin.secrets.rotateSecret({ secretId: SECRET, rotationLambdaArn: FUNCTION });
  const tries = (step: RotationStep) => (run: RotationRun) => run.steps.find((one) => one.step === step)?.tries ?? [];
  await narrator.step(
    `RotateSecret by ${FUNCTION}`,
    () => runThat(admin, { secretId: SECRET, versionId }, (run) => tries(RotationStep.TEST_SECRET)(run).length > 0),
    () => 'setSecret is done, the server has the new password; testSecret has begun',
  );
  return narrator.step(
    'The database is killed at this moment',
    async () => {
      server.process.signal('SIGKILL');
      await server.process.waitForExit(10_000);
      door.open();
      const run = await runThat(admin, { secretId: SECRET, versionId }, (now) =>
        tries(RotationStep.TEST_SECRET)(now).some(({ errorCode }) => errorCode !== ''),
      );
      expectThat(run.state === RotationRunState.RUNNING, 'the rotation was given up');
      return versionId!;
    },
    () => 'testSecret cannot log in and is tried again; AWSCURRENT and AWSPENDING are both kept',
  );
};
