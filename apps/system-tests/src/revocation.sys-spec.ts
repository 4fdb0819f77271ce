import { eventually } from '@strongroom/testing';
import { randomUUID } from 'node:crypto';
import { type Api, outcome } from './support/api';
import { allow, policy, trust } from './support/policies';
import { type RunningSystem, entity, POLICY_NAME, System, text, unique } from './support/system';

/** The promise is one second; the rest is what a busy machine may add to the scheduling of a test. */
const BOUND_MS = 1_500;

let system: RunningSystem;
let secretId: string;

beforeAll(async () => {
  system = await System.running();
  secretId = await system.secret();
});
afterAll(() => system?.stop());

const read = allow('secretsmanager:GetSecretValue');
const reading = (api: Api) => () => outcome(api.secrets.getSecretValue({ secretId }));

/**
 * How long after `change` was answered calls still succeeded, milliseconds; what they were refused with. Calls go on for a while
 * after the first refusal: none may succeed again.
 */
const measure = async (what: string, call: () => Promise<string>, change: () => Promise<unknown>): Promise<string> => {
  await eventually(`${what}: works before`, async () => (await call()) === 'ok', 3_000);
  await change();
  const changed = performance.now();
  let lastSuccess = changed;
  let refusal: string | undefined;
  let refusedAt = Infinity;
  for (let now = changed; now < Math.min(changed + 2 * BOUND_MS, refusedAt + 300); now = performance.now()) {
    const answer = await call();
    if (answer !== 'ok') {
      refusal ??= answer;
      refusedAt = Math.min(refusedAt, now);
    } else if (refusal) throw new Error(`${what}: a call succeeded after one was refused`);
    // When the call began: its answer may be late, the decision is what counts.
    else lastSuccess = now;
  }
  const late = Math.round(lastSuccess - changed);
  console.log(`${what}: in force after ${late} ms`);
  expect(late).toBeLessThan(BOUND_MS);
  expect(refusal).toBeDefined();
  return refusal!;
};

it('ends a revoked session', async () => {
  const { api } = await system.user('revoked', read);
  const { credentials } = await api.tokens.getSessionToken();
  const session = system.connect({ token: credentials!.sessionToken });
  const sessions = { $case: 'accessKeyId' as const, value: credentials!.accessKeyId };
  const refusal = await measure('revoked session', reading(session), () => api.tokens.revokeSessions({ sessions }));
  expect(refusal).toMatch(/^unauthenticated/);
  expect(await outcome(api.secrets.getSecretValue({ secretId }))).toBe('ok');
});

it('ends all sessions of a role', async () => {
  const role = await system.role('revoked', read);
  const { credentials } = await system.admin.tokens.assumeRole({ roleArn: role.arn, roleSessionName: 'session' });
  const session = system.connect({ token: credentials!.sessionToken });
  const sessions = { $case: 'target' as const, value: entity.role(role.name) };
  const refusal = await measure('sessions of a role', reading(session), () => system.admin.tokens.revokeSessions({ sessions }));
  expect(refusal).toMatch(/^unauthenticated/);
});

it.each(['certificate', 'token'])('puts a changed policy into force (by %s)', async (way) => {
  const { api, name } = await system.user('changed', read);
  const caller = way === 'token' ? await system.byToken(api) : api;
  const target = entity.user(name);
  const deny = policy({ Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' });
  const refusal = await measure(`changed policy, ${way}`, reading(caller), () =>
    system.admin.identity.putInlinePolicy({ target, policyName: POLICY_NAME, policyDocument: deny }),
  );
  expect(refusal).toBe('permission-denied AccessDeniedException');
  await system.admin.identity.putInlinePolicy({ target, policyName: POLICY_NAME, policyDocument: read });
  await eventually('the policy allows again', async () => (await reading(caller)()) === 'ok', BOUND_MS);
});

it('puts a new default version of a managed policy of a group into force', async () => {
  const { identity } = system.admin;
  const [member, groupName] = [await system.user('member'), unique('group')];
  await identity.createGroup({ groupName });
  await identity.addUserToGroup({ groupName, userName: member.name });
  const { policy: managed } = await identity.createPolicy({ policyName: unique('policy'), policyDocument: read });
  const policyArn = managed!.arn;
  await identity.attachPolicy({ target: entity.group(groupName), policyArn });
  const policyDocument = allow('secretsmanager:GetRandomPassword');
  await measure('managed policy of a group', reading(member.api), () =>
    identity.createPolicyVersion({ policyArn, policyDocument, setAsDefault: true }),
  );
  await identity.setDefaultPolicyVersion({ policyArn, versionId: 'v1' });
  await measure('membership of a group', reading(member.api), () =>
    identity.removeUserFromGroup({ groupName, userName: member.name }),
  );
});

it('shuts out an unbound certificate', async () => {
  const { api, uri } = await system.user('unbound', read);
  const refusal = await measure('unbound certificate', reading(api), () => system.admin.identity.unbindCertificate({ uri }));
  expect(refusal).toMatch(/^unauthenticated/);
});

it('shuts out a deleted user with its session, which ends with the certificate that began it', async () => {
  const { identity, secrets } = system.admin;
  const { api, name, arn, uri } = await system.user('deleted', allow('sts:GetSessionToken'));
  const open = unique('open');
  await secrets.createSecret({ name: open, value: text('x'), clientRequestToken: randomUUID() });
  const resourcePolicy = policy({ Principal: { AWS: arn }, Action: 'secretsmanager:GetSecretValue', Resource: '*' });
  await secrets.putResourcePolicy({ secretId: open, resourcePolicy });
  const session = await system.byToken(api);
  await identity.deleteInlinePolicy({ target: entity.user(name), policyName: POLICY_NAME });
  const refusal = await measure(
    'deleted user',
    () => outcome(session.secrets.getSecretValue({ secretId: open })),
    async () => {
      await identity.unbindCertificate({ uri });
      await identity.deleteUser({ userName: name });
    },
  );
  expect(refusal).toMatch(/^(unauthenticated|permission-denied)/);
});

it('stops the use of a disabled key at once', async () => {
  const { keys, secrets } = system.admin;
  const { keyMetadata } = await keys.createKey();
  const keyId = keyMetadata!.keyId;
  const name = unique('keyed');
  await secrets.createSecret({ name, value: text('x'), kmsKeyId: keyId });
  const call = () => outcome(secrets.getSecretValue({ secretId: name }));
  expect(await measure('disabled key', call, () => keys.disableKey({ keyId }))).toBe('failed-precondition DecryptionFailure');
});

it('ends what an inactive access key began', async () => {
  const { name: userName } = await system.user('keyed', read);
  const { accessKey, secretAccessKey } = await system.admin.identity.createAccessKey({ userName });
  const { accessKeyId } = accessKey!;
  const { credentials } = await system.connect({}).tokens.getSessionToken({ accessKey: { accessKeyId, secretAccessKey } });
  const session = system.connect({ token: credentials!.sessionToken });
  await measure('inactive access key', reading(session), () =>
    system.admin.identity.updateAccessKey({ userName, accessKeyId, status: 2 }),
  );
});

it('puts a changed trust policy into force for the next session', async () => {
  const role = await system.role('trusted', read);
  const { arn } = await system.admin.tokens.getCallerIdentity();
  const assume = () => outcome(system.admin.tokens.assumeRole({ roleArn: role.arn, roleSessionName: 'session' }));
  expect(await assume()).toBe('ok');
  const nobody = trust('arn:aws:iam::111111111111:root');
  await system.admin.identity.updateAssumeRolePolicy({ roleName: role.name, policyDocument: nobody });
  expect(await assume()).toBe('permission-denied AccessDeniedException');
  await system.admin.identity.updateAssumeRolePolicy({ roleName: role.name, policyDocument: trust(arn) });
  expect(await assume()).toBe('ok');
});
