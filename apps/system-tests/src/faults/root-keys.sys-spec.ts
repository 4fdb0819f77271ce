import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalCluster } from '@strongroom/local-cluster';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { Load, lostWrites } from '../support/load';
import { BESIDE_THE_CORE, System } from '../support/system';

// Of root keys: they rotate and their providers change under load, services are killed meanwhile, and nothing is lost.

// Each command is a process of its own, which starts slowly under load.
jest.setTimeout(240_000);

const environment = { STRONGROOM_ROOT_KEY_GRACE_MS: '1000' };
const holders = ['crypto-keyservice', 'identity-service'] as const;
type Holder = (typeof holders)[number];

const directory = temporaryDirectory('root-key-files');
let system: System;

beforeAll(async () => {
  system = await System.own({ without: BESIDE_THE_CORE, environment });
});
afterAll(async () => {
  await system?.stop();
  directory.remove();
});

const rootKey = (service: Holder, args: string, ...lines: string[]): Promise<string> =>
  system.cluster.command(service, ['root-key', ...args.split(' ')], lines);

/** Another file provider in the place of the one that there is. */
async function changeProvider(service: Holder, from: string, to: string): Promise<void> {
  const file = join(directory.path, `${service}-${to}`);
  writeFileSync(file, await rootKey(service, 'new-identity'), { mode: 0o600 });
  await rootKey(service, `enroll file ${to} ${file}`);
  await rootKey(service, `remove ${from}`);
}

const finished = (service: Holder, old: string) =>
  eventually(
    `the old root key of ${service} retires`,
    async () => (await rootKey(service, 'status')).includes(`${old}  retired`),
    60_000,
    // Each look is a process: more of them would be the load.
    1_500,
  );

const currentOf = async (service: Holder): Promise<string> =>
  /([0-9a-f]{32}) {2}current/.exec(await rootKey(service, 'status'))![1]!;

it('rotates and changes the provider under load, and every secret stays readable', async () => {
  const load = await Load.start(system);
  for (const service of holders) {
    const old = await currentOf(service);
    await rootKey(service, 'rotate');
    await changeProvider(service, 'file', 'second');
    await finished(service, old);
    expect(await currentOf(service)).not.toBe(old);
  }
  await load.flows();
  const { failures, writes } = await load.stop();
  expect(failures).toEqual({});
  expect(writes.length).toBeGreaterThan(20);
  expect(await lostWrites(system.admin, writes)).toEqual([]);
});

it.each(holders)('goes on where %s was killed, again and again, until all is sealed anew', async (service) => {
  const load = await Load.start(system);
  const old = await currentOf(service);
  await rootKey(service, 'rotate');
  // Before, while and after the new root key becomes current.
  for (let kills = 0; kills < 4; kills++) {
    await system.cluster.kill(service);
    await system.cluster.startComponent(service);
  }
  await finished(service, old);
  await load.flows();
  const { writes } = await load.stop();
  expect(await lostWrites(system.admin, writes)).toEqual([]);
});

it('leaves events of what the operator did', async () => {
  for (const eventName of ['EnrollRootKeyProvider', 'RemoveRootKeyProvider', 'RotateRootKey', 'RetireRootKey']) {
    await eventually(eventName, async () => {
      const { events } = await system.admin.audit.lookupEvents({ filter: { eventName } });
      return new Set(events.map(({ eventSource }) => eventSource)).size === 2;
    });
  }
});

describe('a provider that is lost', () => {
  it('leaves the service sealed until the quorum opens it', async () => {
    const secretId = await system.secret('of the quorum');
    const shares = (await rootKey('crypto-keyservice', 'enroll quorum board 2 3')).trim().split('\n');
    const file = join(directory.path, 'crypto-keyservice-second');
    await system.cluster.kill('crypto-keyservice', 'SIGTERM');
    renameSync(file, `${file}.lost`);
    await system.cluster.launch('crypto-keyservice');
    expect(await system.cluster.isServing('crypto-keyservice')).toBe(false);
    expect(await rootKey('crypto-keyservice', 'status')).toMatch(/^sealed\n[^]*does not open: .*ENOENT/);
    const read = () => system.admin.secrets.getSecretValue({ secretId }, { timeoutMs: 2_000 });
    await expect(read()).rejects.toMatchObject({ kind: expect.stringMatching(/unavailable|deadline/) });
    expect(await rootKey('crypto-keyservice', 'unseal share', shares[0]!)).toMatch(/^1 of 2 shares/);
    expect(await rootKey('crypto-keyservice', 'unseal share', shares[2]!)).toBe('the service is open\n');
    expect((await eventually('it is read', read, 20_000)).value?.value?.value).toBe('of the quorum');
    expect(await rootKey('crypto-keyservice', 'drill shares', shares[1]!, shares[2]!)).toContain('all there are');
    renameSync(`${file}.lost`, file);
  });
});

describe('another KMS', () => {
  it('opens the root key by the API of AWS: here the cluster’s own, through its gateway', async () => {
    // A client of AWS needs credentials and the cluster's CA when it starts.
    const { accessKeyId, secretAccessKey } = system.cluster.adminCredentials;
    const { home } = system.cluster;
    await system.cluster.stop();
    await LocalCluster.start({
      home,
      without: BESIDE_THE_CORE.filter((name) => name !== 'aws-gateway'),
      environment: {
        ...environment,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        NODE_EXTRA_CA_CERTS: system.cluster.adminCertificate.caFile,
      },
    });
    const cluster = (await LocalCluster.attach(home))!;
    system = new System(cluster, () => cluster.stop());
    const { keyMetadata } = await system.admin.keys.createKey();
    const at = `key=${keyMetadata!.arn} region=${cluster.region} endpoint=https://${cluster.endpoint('aws-gateway')}`;
    expect(await rootKey('identity-service', `enroll kms cloud ${at}`)).toBe("enrolled 'cloud'\n");
    expect(await rootKey('identity-service', 'drill cloud')).toMatch(/^'cloud' opens [0-9a-f]{32}, and with it \d+ rows/);
    await system.admin.keys.disableKey({ keyId: keyMetadata!.keyId });
    await expect(rootKey('identity-service', 'drill cloud')).rejects.toThrow('DisabledException');
  });
});
