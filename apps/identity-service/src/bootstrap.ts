import { userUriPrefix } from '@strongroom/arn';
import { systemClock } from '@strongroom/clock';
import { pathOf, readSecretFile, type Environment } from '@strongroom/config';
import { openDataSource } from '@strongroom/database';
import { systemRandom } from '@strongroom/random';
import { openRootKeysOnce } from '@strongroom/root-keys';
import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { readConfig, type IdentityConfig } from './config';
import { ADMINISTRATOR, createAdministrator } from './domain/administrator';
import { CredentialMint } from './domain/credentials';
import type { Change } from './domain/store.port';
import { DatabaseStore } from './persistence/store';
import { entities } from './persistence/entities';

/** Milliseconds. */
const TIMEOUT = 30_000;
const CREDENTIALS_FILE = 'STRONGROOM_ADMIN_CREDENTIALS_FILE';

/**
 * Creates the cluster's account and its first administrator, whose certificate is `spiffe://<trust domain>/user/admin`, and an
 * access key in STRONGROOM_ADMIN_CREDENTIALS_FILE. Whatever exists already stays as it is.
 */
export async function bootstrap(env: Environment): Promise<void> {
  const file = pathOf(env, CREDENTIALS_FILE);
  const accessKeyId = await bootstrapCluster(readConfig(env), file);
  if (accessKeyId !== undefined) process.stdout.write(`the administrator's access key ${accessKeyId} is in ${file}\n`);
}

/** The id of the access key, if one was created. */
export async function bootstrapCluster(
  config: Pick<IdentityConfig, 'accountId' | 'database' | 'rootKeys' | 'trustDomain'>,
  credentialsFile: string,
): Promise<string | undefined> {
  const { database } = config;
  const dataSource = await openDataSource({ database, entities, poolSize: 2 });
  try {
    const store = new DatabaseStore(dataSource, systemClock);
    const recorded = recordedKey(credentialsFile);
    // Not where the access key is there already: the service may wait for somebody to open the root key.
    const isThere = await store.read(deadline(), async ({ accessKeys }) => recorded && (await accessKeys.find(recorded)));
    if (isThere) return undefined;
    const mint = new CredentialMint(await openRootKeysOnce({ config: config.rootKeys, database }, systemRandom), systemRandom);
    return await store.change({ deadline: deadline() }, async (change) => {
      const administrator = await findOrCreate(change, config);
      if (recorded !== undefined && (await change.accessKeys.find(recorded))) return undefined;
      if ((await change.accessKeys.of(administrator.id)).length > 1) {
        throw new Error(`${CREDENTIALS_FILE} is missing, and the administrator already has two access keys: delete one of them`);
      }
      const { accessKeyId, secretAccessKey, sealedSecret } = mint.newAccessKey();
      const stored = { accessKeyId, userId: administrator.id, active: true, sealedSecret, createDate: systemClock.now() };
      await change.accessKeys.add(stored);
      // Before the commit: a file whose key was not stored is replaced the next time, but a stored key without a file would be
      // lost.
      await writePrivately(credentialsFile, JSON.stringify({ accessKeyId, secretAccessKey }));
      return accessKeyId;
    });
  } finally {
    await dataSource.destroy();
  }
}

const deadline = (): number => Date.now() + TIMEOUT;

async function findOrCreate(change: Change, { accountId, trustDomain }: { accountId: string; trustDomain: string }) {
  const now = systemClock.now();
  if (!(await change.accounts.find(accountId)))
    await change.accounts.add({ accountId, displayName: 'Strongroom', createDate: now });
  const present = await change.identities.find(accountId, { kind: 'user', name: ADMINISTRATOR }, 'change');
  if (present) return present;
  const uri = `${userUriPrefix(trustDomain)}${ADMINISTRATOR}`;
  return createAdministrator(change, { accountId, uri, now, random: systemRandom });
}

/** The id of the access key in the file of an earlier run. */
function recordedKey(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { accessKeyId } = JSON.parse(readSecretFile(file, CREDENTIALS_FILE)) as { accessKeyId?: string };
  return accessKeyId;
}

/** Writes all of it or nothing, and nobody else can read it at any moment. */
async function writePrivately(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
