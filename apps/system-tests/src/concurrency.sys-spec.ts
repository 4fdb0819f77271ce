import { randomUUID } from 'node:crypto';
import { type Api, outcome } from './support/api';
import { type RunningSystem, System, text, unique } from './support/system';

let system: RunningSystem;
let callers: Api[];

beforeAll(async () => {
  system = await System.running();
  callers = Array.from({ length: 8 }, () => system.connect({ certificate: system.cluster.adminCertificate }));
});
afterAll(() => system?.stop());

const count = (outcomes: string[], wanted: string) => outcomes.filter((o) => o === wanted).length;
/** The same call by all callers at one moment, on connections that are open already. */
const atOnce = async <T>(call: (api: Api, index: number) => Promise<T>): Promise<T[]> => {
  await Promise.all(callers.map((api) => api.secrets.getRandomPassword()));
  return Promise.all(callers.map(call));
};

describe('idempotency', () => {
  it('answers a repeated creation as the first time, and refuses another content', async () => {
    const request = { name: unique('same'), clientRequestToken: randomUUID(), value: text('one') };
    const { secrets } = system.admin;
    const first = await secrets.createSecret(request);
    expect(await secrets.createSecret(request)).toEqual(first);
    expect(await outcome(secrets.createSecret({ ...request, value: text('two') }))).toBe(
      'already-exists ResourceExistsException',
    );
    const { versions } = await secrets.listSecretVersionIds({ secretId: request.name, includeDeprecated: true });
    expect(versions).toHaveLength(1);
  });

  it('answers a repeated put as the first time, and refuses another content', async () => {
    const { secrets } = system.admin;
    const secretId = await system.secret();
    const request = { secretId, clientRequestToken: randomUUID(), value: text('two') };
    const first = await secrets.putSecretValue(request);
    expect(await secrets.putSecretValue(request)).toMatchObject({ versionId: first.versionId });
    expect(await outcome(secrets.putSecretValue({ ...request, value: text('three') }))).toBe(
      'already-exists ResourceExistsException',
    );
    expect(await outcome(secrets.updateSecret({ ...request, value: text('three') }))).toBe(
      'already-exists ResourceExistsException',
    );
    expect((await secrets.getSecretValue({ secretId })).value).toEqual(text('two'));
  });
});

describe('writers at one moment', () => {
  it('make one version of puts with one token and one content', async () => {
    const secretId = await system.secret();
    const clientRequestToken = randomUUID();
    const answers = await atOnce(({ secrets }) => secrets.putSecretValue({ secretId, clientRequestToken, value: text('new') }));
    expect(new Set(answers.map((a) => a.versionId))).toEqual(new Set([clientRequestToken]));
    const { versions } = await system.admin.secrets.listSecretVersionIds({ secretId, includeDeprecated: true });
    expect(versions).toHaveLength(2);
  });

  it('let one of many contents with one token win', async () => {
    const secretId = await system.secret();
    const clientRequestToken = randomUUID();
    const outcomes = await atOnce(({ secrets }, i) =>
      outcome(secrets.putSecretValue({ secretId, clientRequestToken, value: text(`content ${i}`) })),
    );
    expect(count(outcomes, 'ok')).toBe(1);
    expect(count(outcomes, 'already-exists ResourceExistsException')).toBe(callers.length - 1);
    const { value } = await system.admin.secrets.getSecretValue({ secretId, versionId: clientRequestToken });
    expect(value).toEqual(text(`content ${outcomes.indexOf('ok')}`));
  });

  it('let one creator of a name win', async () => {
    const name = unique('contested');
    const outcomes = await atOnce(({ secrets }, i) => outcome(secrets.createSecret({ name, value: text(`content ${i}`) })));
    expect(count(outcomes, 'ok')).toBe(1);
    expect(count(outcomes, 'already-exists ResourceExistsException')).toBe(callers.length - 1);
    const { value } = await system.admin.secrets.getSecretValue({ secretId: name });
    expect(value).toEqual(text(`content ${outcomes.indexOf('ok')}`));
  });

  it('let one of many moves of a label win, and AWSPREVIOUS follow it', async () => {
    const { secrets } = system.admin;
    const secretId = await system.secret();
    const current = (await secrets.getSecretValue({ secretId })).versionId;
    const targets: string[] = [];
    for (const i of callers.keys()) {
      targets.push((await secrets.putSecretValue({ secretId, value: text(`v${i}`), versionStages: [`V${i}`] })).versionId);
    }
    const outcomes = await atOnce((api, i) =>
      outcome(
        api.secrets.updateSecretVersionStage({
          secretId,
          versionStage: 'AWSCURRENT',
          removeFromVersionId: current,
          moveToVersionId: targets[i],
        }),
      ),
    );
    expect(count(outcomes, 'ok')).toBe(1);
    const winner = targets[outcomes.indexOf('ok')]!;
    const { versionIdsToStages } = await secrets.describeSecret({ secretId });
    const holders = (label: string) =>
      Object.keys(versionIdsToStages).filter((id) => versionIdsToStages[id]!.stages.includes(label));
    expect(holders('AWSCURRENT')).toEqual([winner]);
    expect(holders('AWSPREVIOUS')).toEqual([current]);
  });

  it('keep every version of puts without a token, and each label once', async () => {
    const secretId = await system.secret();
    const puts = (
      await Promise.all([0, 1, 2].map(() => atOnce((api) => api.secrets.putSecretValue({ secretId, value: text('x') }))))
    ).flat();
    const { versions } = await system.admin.secrets.listSecretVersionIds({ secretId, includeDeprecated: true });
    expect(new Set(versions.map((v) => v.versionId)).size).toBe(puts.length + 1);
    const labels = versions.flatMap((v) => v.versionStages).sort();
    expect(labels).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('make one default key of first uses in a new account', async () => {
    const { accountId, api } = await system.account();
    const secretNames = callers.map(() => unique('first'));
    await Promise.all(secretNames.map((name) => api.secrets.createSecret({ name, value: text('x') })));
    const { aliases } = await api.keys.listAliases();
    expect(aliases.map((a) => a.aliasArn)).toEqual([`arn:aws:kms:us-east-1:${accountId}:alias/aws/secretsmanager`]);
    expect((await api.keys.listKeys()).keys).toHaveLength(1);
  });
});
