import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pollUntil } from '@strongroom/clock';
import type { LocalCluster } from '@strongroom/local-cluster';
import { startBusyApplication } from '../application-process';
import { DemoError, expectThat } from '../narrator';
import type { Story } from '../story';
import type { Cast } from './access.chapter';

const SERVICE = 'crypto-keyservice';
const QUORUM = 'demo-board';
const PATIENCE_MS = 60_000;

/** The root key rotates under a running application; then what opens it is lost, and a quorum of people opens it. */
export const rotateRootKey = async (story: Story, cluster: LocalCluster, cast: Cast, current: string): Promise<void> => {
  const { narrator } = story;
  narrator.chapter('The root key rotates, and then what opens it is lost');
  const shares = await enrollQuorum(story, cluster);
  await rotateUnderLoad(story, cluster, cast);
  const file = join(cluster.home, 'secrets', 'keys-root.key');
  await narrator.step(
    'The file that opens the root key is moved away, and the service restarted',
    async () => {
      await cluster.kill(SERVICE, 'SIGTERM');
      renameSync(file, `${file}.lost`);
      await cluster.launch(SERVICE);
      return rootKey(cluster, 'status');
    },
    (status) => `${SERVICE} is healthy and waits ${status.split('\n')[0]}`,
  );
  try {
    await narrator.step(
      'GetSecretValue',
      () => refusal(story),
      (reason) => `refused with ${reason}`,
    );
    const said = await narrator.step(
      'Two of the three people bring their shares, one after the other',
      async () => [await rootKey(cluster, 'unseal share', shares[2]), await rootKey(cluster, 'unseal share', shares[0])],
      (answers) => answers.map((answer) => answer.trim()).join('; '),
    );
    expectThat(said[1]!.includes('the service is open'), 'two shares did not open the service');
    await story.applicationWorks(cast.orders, current);
  } finally {
    if (existsSync(`${file}.lost`)) renameSync(`${file}.lost`, file);
  }
};

/** Three shares, of which no line may show one. */
const enrollQuorum = async ({ narrator }: Story, cluster: LocalCluster): Promise<[string, string, string]> => {
  // Of an earlier walkthrough.
  if ((await rootKey(cluster, 'status')).includes(`  ${QUORUM} `)) await rootKey(cluster, `remove ${QUORUM}`);
  const shares = await narrator.step(
    `root-key enroll quorum ${QUORUM} 2 3`,
    async () =>
      (await rootKey(cluster, `enroll quorum ${QUORUM} 2 3`))
        .trim()
        .split('\n')
        .map((line) => narrator.conceal(line)),
    (lines) => `${lines.length} people get a share, any two of which open the root key`,
  );
  return shares as [string, string, string];
};

const rotateUnderLoad = async ({ narrator, secretId, programs }: Story, cluster: LocalCluster, { orders }: Cast) => {
  const busy = await startBusyApplication(programs.busyApplication, cluster, orders, secretId);
  const old = /([0-9a-f]{32}) {2}current/.exec(await rootKey(cluster, 'status'))![1]!;
  await narrator.step(
    'root-key rotate, while the busy application works',
    async () => {
      const said = await rootKey(cluster, 'rotate');
      const hasRetired = async () => (await rootKey(cluster, 'status')).includes(`${old}  retired`);
      if (!(await pollUntil(hasRetired, PATIENCE_MS, 500))) throw new DemoError('the old root key did not retire');
      return /[0-9a-f]{32}/.exec(said)![0];
    },
    (next) => `${next.slice(0, 8)}… sealed everything anew, and ${old.slice(0, 8)}… has retired`,
  );
  const { logins, failures } = await busy.stop();
  narrator.say(`     The application: ${logins} new logins meanwhile, ${failures.length} failures`);
  expectThat(failures.length === 0, `the application noticed: ${failures[0]}`);
};

const refusal = async ({ admin, secretId }: Story): Promise<string> => {
  try {
    await admin.secrets.getSecretValue({ secretId }, { timeoutMs: 3_000 });
  } catch (error) {
    return (error as Error).name;
  }
  throw new DemoError('the secret was readable without its root key');
};

const rootKey = (cluster: LocalCluster, args: string, ...lines: string[]): Promise<string> =>
  cluster.command(SERVICE, ['root-key', ...args.split(' ')], lines);
