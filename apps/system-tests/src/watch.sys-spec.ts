import type { SecretNotice, WatchSecretsResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { fromStatus } from '@strongroom/grpc-kit';
import { eventually } from '@strongroom/testing';
import type { Api } from './support/api';
import { allow, policy } from './support/policies';
import { entity, POLICY_NAME, type RunningSystem, System, text, unique } from './support/system';

let system: RunningSystem;
const streams: { cancel(): void }[] = [];

beforeAll(async () => {
  system = await System.running();
});
afterAll(async () => {
  for (const stream of streams) stream.cancel();
  await system?.stop();
});

/** Follows one secret; what it has heard, as `readable` or an error. */
const follow = (api: Api, secretId: string) => {
  const stream = api.raw.secrets.watchSecrets(api.metadata);
  streams.push(stream);
  const heard: string[] = [];
  stream.on('data', ({ notices }: WatchSecretsResponse) => heard.push(...notices.map(({ state }) => stateOf(state))));
  const ended = new Promise<void>((resolve) => {
    stream.on('error', (error) => {
      heard.push(`ended: ${fromStatus(error as Parameters<typeof fromStatus>[0]).kind}`);
      resolve();
    });
  });
  stream.write({ add: [{ id: 1, what: { $case: 'secretId', value: secretId }, resumeToken: '' }], remove: [] });
  const hears = (what: string) => eventually(what, () => Promise.resolve(heard.at(-1) === what), 10_000);
  return { heard, hears, ended };
};

const stateOf = (state: SecretNotice['state']): string =>
  state?.$case === 'readable' ? `versions: ${Object.keys(state.value.versionsToStages).length}` : String(state?.value.errorCode);

it('tells of a new version, of a right that is lost and given back, and ends with its credential', async () => {
  const secretId = await system.secret();
  const read = allow('secretsmanager:GetSecretValue');
  const { api, name } = await system.user('watching', read);
  const { credentials } = await api.tokens.getSessionToken();
  const { heard, hears, ended } = follow(system.connect({ token: credentials!.sessionToken }), secretId);
  await hears('versions: 1');
  await system.admin.secrets.putSecretValue({ secretId, value: text(unique('value')) });
  await hears('versions: 2');
  const target = entity.user(name);
  const deny = policy({ Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' });
  await system.admin.identity.putInlinePolicy({ target, policyName: POLICY_NAME, policyDocument: deny });
  await hears('AccessDeniedException');
  await system.admin.identity.putInlinePolicy({ target, policyName: POLICY_NAME, policyDocument: read });
  await hears('versions: 2');
  const sessions = { $case: 'accessKeyId' as const, value: credentials!.accessKeyId };
  await api.tokens.revokeSessions({ sessions });
  await ended;
  expect(heard).toEqual(['versions: 1', 'versions: 2', 'AccessDeniedException', 'versions: 2', 'ended: unauthenticated']);
});
