import { StrongroomClient } from '@strongroom/client';
import { DescribedCluster, LocalCluster, type DatabaseAdministrator, type ReachableCluster } from '@strongroom/local-cluster';
import { giveAccess } from './chapters/access.chapter';
import { refuseOthers, useSecret } from './chapters/application.chapter';
import { makeDatabase } from './chapters/database.chapter';
import { deleteAndRestore } from './chapters/deletion.chapter';
import { runWithEnvironment } from './chapters/environment.chapter';
import { healRotation } from './chapters/healing.chapter';
import { tellOfTrouble } from './chapters/notification.chapter';
import { changePassword } from './chapters/password.chapter';
import { rotateRootKey } from './chapters/root-key.chapter';
import { rotateSecret } from './chapters/rotation.chapter';
import { forgetSecret, storeSecret } from './chapters/secret.chapter';
import { moveIn } from './chapters/team.chapter';
import { showTrail } from './chapters/trail.chapter';
import { DemoError, Narrator } from './narrator';
import { sayConsole } from '../cluster/cluster';
import { withShopServer } from './shop-server';
import { Story, type Programs } from './story';
import { whatNext } from './what-next';

/** The main job, chapter by chapter, each step checked. Throws DemoError at the first step that goes otherwise. */
const tell = async (story: Story): Promise<void> => {
  const { narrator, cluster, secretId } = story;
  narrator.say('\nThe main job of Strongroom, over gRPC and mutual TLS, with a real database behind it.');
  await forgetSecret(story);
  const password = await makeDatabase(story);
  const first = await storeSecret(story, password);
  const cast = await giveAccess(story);
  await useSecret(story, cast, first);
  await refuseOthers(story, cast);
  let current = await changePassword(story, cast, { versionId: first, password });
  // rotation-worker and the databases are out of reach where the cluster runs elsewhere.
  if (cluster instanceof LocalCluster) {
    await rotateSecret(story, cluster, cast);
    current = await runWithEnvironment(story, cast);
    await healRotation(story, cluster);
    await rotateRootKey(story, cluster, cast, current);
    await tellOfTrouble(story, cluster);
    await moveIn(story);
  }
  await deleteAndRestore(story, cast, current);
  await showTrail(story);
  narrator.say(whatNext(cluster, secretId));
  await sayConsole(cluster);
};

/** Takes the reader through the main job on the cluster that runs from `home`; `programs` are the built applications. */
export const runDemo = async (home: string, programs: Programs): Promise<void> => {
  const cluster = await LocalCluster.attach(home);
  if (!cluster) throw new DemoError(`no cluster runs from ${home}`);
  await walkThrough(cluster, programs);
};

/** The same on the cluster that an environment file describes. */
export const runDemoOn = async (environmentFile: string, programs: Programs): Promise<void> => {
  const cluster = DescribedCluster.open(environmentFile);
  await walkThrough(cluster, programs);
};

const walkThrough = (cluster: ReachableCluster, programs: Programs): Promise<void> =>
  withShopServer(cluster, (database) => tellOn(cluster, database, programs));

const tellOn = async (cluster: ReachableCluster, database: DatabaseAdministrator, programs: Programs): Promise<void> => {
  const admin = new StrongroomClient({
    addresses: {
      secrets: cluster.endpoint('secrets-api'),
      identity: cluster.endpoint('identity-service'),
      audit: cluster.endpoint('audit-service'),
      ...(cluster instanceof LocalCluster && {
        keys: cluster.endpoint('crypto-keyservice'),
        rotation: cluster.endpoint('rotation-worker'),
        notification: cluster.endpoint('notification-service'),
        usage: cluster.endpoint('usage-service'),
      }),
    },
    tls: cluster.adminCertificate,
    name: 'demo',
  });
  try {
    await tell(new Story(cluster, database, admin, new Narrator(), programs));
  } finally {
    admin.close();
  }
};
