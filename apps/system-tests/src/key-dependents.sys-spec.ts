import { DataKeyReEncryptionState as State } from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { eventually } from '@strongroom/testing';
import { type Api, outcome } from './support/api';
import { allow } from './support/policies';
import { type RunningSystem, System, text, unique } from './support/system';

let system: RunningSystem;
const apis: Record<string, Api> = {};

beforeAll(async () => {
  system = await System.running();
  const { api } = await system.user('key-keeper', allow(['secretsmanager:*', 'kms:*']));
  apis.certificate = api;
  apis.token = await system.byToken(api);
});
afterAll(() => system?.stop());

/** A key, and secrets under it. */
async function keyOf({ keys, secrets }: Api, count: number): Promise<{ keyId: string; arn: string; names: string[] }> {
  const { keyId, arn } = (await keys.createKey()).keyMetadata!;
  const names = Array.from({ length: count }, () => unique('of-key'));
  for (const name of names) await secrets.createSecret({ name, kmsKeyId: keyId, value: text(name) });
  return { keyId, arn, names };
}
const bothWays = (name: string, test: (api: Api) => Promise<void>) =>
  it.each(['certificate', 'token'])(`${name} (by %s)`, (way) => test(apis[way]!));

bothWays('tells what depends on a key, and asks the key service in the name of the caller', async (api) => {
  const { keyId, arn } = await keyOf(api, 2);
  const aliasName = `alias/${unique('dependents')}`;
  await api.keys.createAlias({ aliasName, targetKeyId: keyId });
  const call = api.keyDependents.describeKeyDependents({ keyId: aliasName });
  expect(await call).toMatchObject({
    keyArn: arn,
    secretCount: 2n,
    versionCount: 2n,
    materials: [{ materialVersion: 1, isCurrent: true, versionCount: 2n }],
    grantCount: 0,
    aliasNames: [aliasName],
  });
  const asked = ['DescribeKey', 'DescribeKeyDependents', 'GetKeyLastUsage', 'ListAliases', 'ListGrants'];
  const requestId = await call.requestId;
  const events = await eventually('the trail shows all questions', async () => {
    const found = await system.admin.audit.lookupEvents({ filter: { requestId } });
    return found.events.length >= asked.length && found.events;
  });
  expect(events.map(({ eventName }) => eventName).sort()).toEqual(asked);
  const { arn: caller } = await api.tokens.getCallerIdentity();
  expect(new Set(events.map(({ userIdentity }) => userIdentity?.arn))).toEqual(new Set([caller]));
});

bothWays('re-encrypts the data keys under a key, the default key, too', async (api) => {
  const { keyId, names } = await keyOf(api, 3);
  const byDefault = unique('by-default');
  await api.secrets.createSecret({ name: byDefault, value: text(byDefault) });
  await api.keys.rotateKeyOnDemand({ keyId });
  const counts = async () =>
    (await api.keyDependents.describeKeyDependents({ keyId })).materials.map(({ materialVersion, isCurrent, versionCount }) => [
      materialVersion,
      isCurrent,
      versionCount,
    ]);
  expect(await counts()).toEqual([[1, false, 3n]]);
  for (const key of [keyId, 'alias/aws/secretsmanager']) {
    await api.keyDependents.startDataKeyReEncryption({ keyId: key, rate: 10_000 });
    const ended = await eventually('it has ended', async () => {
      const { reEncryption } = await api.keyDependents.describeDataKeyReEncryption({ keyId: key });
      return reEncryption!.state !== State.RUNNING && reEncryption;
    });
    expect(ended).toMatchObject({ state: State.COMPLETED, remainingCount: 0n, failures: [] });
  }
  expect(await counts()).toEqual([[2, true, 3n]]);
  for (const secretId of [...names, byDefault])
    expect((await api.secrets.getSecretValue({ secretId })).value).toEqual(text(secretId));
});

it('needs the permissions of KMS as well', async () => {
  const { keyId, arn } = await keyOf(apis.certificate!, 1);
  const without = async (...actions: string[]) => (await system.user('keeper', allow(actions))).api.keyDependents;
  const denied = 'permission-denied AccessDeniedException';
  const describes = await without('secretsmanager:*', 'kms:DescribeKey');
  expect(await outcome(describes.describeKeyDependents({ keyId }))).toBe(denied);
  expect(await outcome(describes.startDataKeyReEncryption({ keyId }))).toBe(denied);
  const half = await without('secretsmanager:*', 'kms:DescribeKey', 'kms:ReEncryptFrom');
  expect(await outcome(half.startDataKeyReEncryption({ keyId: arn }))).toBe(denied);
  const keys = await without('kms:*');
  expect(await outcome(keys.describeKeyDependents({ keyId }))).toBe(denied);
});

it('is refused for a key that is disabled', async () => {
  const { keyId } = await keyOf(apis.certificate!, 1);
  await apis.certificate!.keys.disableKey({ keyId });
  const { keyDependents } = apis.certificate!;
  expect(await outcome(keyDependents.startDataKeyReEncryption({ keyId }))).toBe('failed-precondition DisabledException');
  // What would be lost is told all the same.
  expect(await keyDependents.describeKeyDependents({ keyId })).toMatchObject({ versionCount: 1n });
});
