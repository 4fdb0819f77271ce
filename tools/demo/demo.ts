import { StrongroomClient } from '@strongroom/client';
import { DescribedCluster, LocalCluster, type DatabaseAdministrator, type ReachableCluster } from '@strongroom/local-cluster';
import { giveAccess } from './chapters/access.chapter';
import { refuseOthers, useSecret } from './chapters/application.chapter';
import { makeDatabase } from './chapters/database.chapter';
import { deleteAndRestore } from './chapters/deletion.chapter';
import { changePassword } from './chapters/password.chapter';
import { forgetSecret, storeSecret } from './chapters/secret.chapter';
import { showTrail } from './chapters/trail.chapter';
import { DemoError, Narrator } from './narrator';
import { withShopServer } from './shop-server';
import { Story } from './story';
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
  const second = await changePassword(story, cast, { versionId: first, password });
  await deleteAndRestore(story, cast, second);
  await showTrail(story);
  narrator.say(whatNext(cluster, secretId));
};

/** Takes the reader through the main job on the cluster that runs from `home`; `application` is the built application.ts. */
export const runDemo = async (home: string, application: string): Promise<void> => {
  const cluster = await LocalCluster.attach(home);
  if (!cluster) throw new DemoError(`no cluster runs from ${home}`);
  await walkThrough(cluster, cluster.database, application);
};

/** The same on the cluster that an environment file describes, with a database of the shop's own. */
export const runDemoOn = async (environmentFile: string, application: string): Promise<void> => {
  const cluster = DescribedCluster.open(environmentFile);
  await withShopServer((database) => walkThrough(cluster, database, application));
};

const walkThrough = async (cluster: ReachableCluster, database: DatabaseAdministrator, application: string): Promise<void> => {
  const admin = new StrongroomClient({
    addresses: {
      secrets: cluster.endpoint('secrets-api'),
      identity: cluster.endpoint('identity-service'),
      audit: cluster.endpoint('audit-service'),
    },
    tls: cluster.adminCertificate,
    name: 'demo',
  });
  try {
    await tell(new Story(cluster, database, admin, new Narrator(), application));
  } finally {
    admin.close();
  }
};
