import { DataKeyReEncryptionState as State } from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import type { ComponentName } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { outcome } from '../support/api';
import { Load, lostWrites } from '../support/load';
import { BESIDE_THE_CORE, System, text, unique } from '../support/system';

const SECRETS = 200;
/** Data keys in a second, so that each part is killed in the middle. */
const RATE = 5;
const PATIENCE_MS = 120_000;
const victims: ComponentName[] = ['secrets-api', 'crypto-keyservice', 'redis', 'mariadb'];

jest.setTimeout(240_000);

let system: System;

beforeAll(async () => {
  system = await System.own({ without: BESIDE_THE_CORE });
});
afterAll(() => system?.stop());

it('goes on under load while everything that it needs is killed in turn, and every secret stays readable', async () => {
  const { keys, secrets, keyDependents } = system.admin;
  const { keyId } = (await keys.createKey()).keyMetadata!;
  const names = Array.from({ length: SECRETS }, () => unique('re-encrypted'));
  await Promise.all(names.map((name) => secrets.createSecret({ name, kmsKeyId: keyId, value: text(name) })));
  await keys.rotateKeyOnDemand({ keyId });
  expect((await keyDependents.describeKeyDependents({ keyId })).materials).toMatchObject([
    { materialVersion: 1, isCurrent: false, versionCount: BigInt(SECRETS) },
  ]);

  const load = await Load.start(system);
  await keyDependents.startDataKeyReEncryption({ keyId, rate: RATE });
  const run = async () => (await keyDependents.describeDataKeyReEncryption({ keyId })).reEncryption!;
  for (const victim of victims) {
    const { reEncryptedCount } = await eventually('it runs', () => run().catch(() => undefined), PATIENCE_MS);
    await eventually('it goes on', async () => (await run()).reEncryptedCount > reEncryptedCount, PATIENCE_MS);
    expect([victim, (await run()).state]).toEqual([victim, State.RUNNING]);
    await system.cluster.kill(victim);
    await system.cluster.startComponent(victim);
    await load.flows(PATIENCE_MS);
  }
  await keyDependents.startDataKeyReEncryption({ keyId, rate: 1_000 });
  const ended = await eventually(
    'it has ended',
    async () => {
      const now = await run();
      return now.state !== State.RUNNING && now;
    },
    PATIENCE_MS,
  );
  expect(ended).toMatchObject({
    state: State.COMPLETED,
    reEncryptedCount: BigInt(SECRETS),
    remainingCount: 0n,
    failures: [],
  });
  const { writes } = await load.stop();
  expect(await lostWrites(system.admin, writes)).toEqual([]);
  expect((await keyDependents.describeKeyDependents({ keyId })).materials).toEqual([
    { materialVersion: 2, isCurrent: true, versionCount: BigInt(SECRETS) },
  ]);
  for (const name of names) expect((await secrets.getSecretValue({ secretId: name })).value).toEqual(text(name));
});

it('ends when its key is to be deleted, and goes on when it is not', async () => {
  const { keys, secrets, keyDependents } = system.admin;
  const { keyId } = (await keys.createKey()).keyMetadata!;
  const secretId = unique('to-be-lost');
  await secrets.createSecret({ name: secretId, kmsKeyId: keyId, value: text('1') });
  for (let n = 2; n <= 20; n++) await secrets.putSecretValue({ secretId, value: text(String(n)) });
  await keys.rotateKeyOnDemand({ keyId });
  await keyDependents.startDataKeyReEncryption({ keyId, rate: 1 });
  await keys.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 });
  const ended = () =>
    eventually('it has ended', async () => {
      const { reEncryption } = await keyDependents.describeDataKeyReEncryption({ keyId });
      return reEncryption!.state !== State.RUNNING && reEncryption;
    });
  expect(await ended()).toMatchObject({ state: State.FAILED, reason: 'KMSInvalidStateException' });
  expect(await outcome(keyDependents.startDataKeyReEncryption({ keyId }))).toBe('failed-precondition KMSInvalidStateException');
  await keys.cancelKeyDeletion({ keyId });
  await keys.enableKey({ keyId });
  await keyDependents.startDataKeyReEncryption({ keyId });
  expect(await ended()).toMatchObject({ state: State.COMPLETED, remainingCount: 0n });
  expect((await secrets.getSecretValue({ secretId })).value).toEqual(text('20'));
});
