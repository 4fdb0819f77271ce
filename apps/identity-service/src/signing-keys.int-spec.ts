import { DAY, HOUR } from '@strongroom/clock';
import { AccessKeyStatus, type AccessKeyMetadata } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { createHash } from 'node:crypto';
import { signingKeyOf } from './domain/hashing/signing-key';
import { ACCOUNT, allow, document, refusal, TestIdentity, userTarget, type TestCaller } from './server.testing';

let identity: TestIdentity;
let admin: TestCaller;
let gateway: TestCaller;
let key: AccessKeyMetadata;
let secret: string;

beforeAll(async () => {
  identity = await TestIdentity.start();
  admin = await identity.admin();
  gateway = await identity.asService('aws-gateway');
  await identity.user('signer', allow('iam:GetUser'));
  const made = await admin.iam.createAccessKey({ userName: 'signer' });
  key = made.accessKey!;
  secret = made.secretAccessKey;
}, 60_000);
afterAll(() => identity.drop());

const day = (shift = 0) => new Date(identity.clock.millis() + shift).toISOString().slice(0, 10).replaceAll('-', '');
const scope = (more: object = {}) => ({ date: day(), region: 'us-east-1', service: 'kms', ...more });
const hashOf = (token: string) => createHash('sha256').update(token).digest();
const derived = async (request: Parameters<TestCaller['signing']['deriveSigningKey']>[0]) =>
  (await gateway.signing.deriveSigningKey(request)).outcome;

it('derives the signing key of an access key for one day, region and service', async () => {
  const outcome = await derived({ accessKeyId: key.accessKeyId, ...scope() });
  expect(outcome).toEqual({
    $case: 'key',
    value: { key: signingKeyOf(Buffer.from(secret), scope()), credentialId: `key:${key.accessKeyId}`, accountId: ACCOUNT },
  });
});

it.each(['secrets-api', 'crypto-keyservice', 'rotation-worker', 'audit-service'])('gives none to %s', async (name) => {
  const other = await identity.asService(name);
  const asked = other.signing.deriveSigningKey({ accessKeyId: key.accessKeyId, ...scope() });
  expect(await refusal(asked)).toMatchObject({ kind: 'permission-denied' });
});

it('gives none to people, not even to the administrator', async () => {
  const asked = admin.signing.deriveSigningKey({ accessKeyId: key.accessKeyId, ...scope() });
  expect(await refusal(asked)).toMatchObject({ kind: 'permission-denied' });
});

it('gives none for another day, a service it does not know, or what is no region', async () => {
  for (const bad of [{ date: day(2 * DAY) }, { date: day(-8 * DAY) }, { date: '' }, { service: 's3' }, { region: 'x' }]) {
    const asked = gateway.signing.deriveSigningKey({ accessKeyId: key.accessKeyId, ...scope(bad) });
    expect(await refusal(asked)).toMatchObject({ kind: 'invalid-argument', reason: 'ValidationError' });
  }
  expect(await derived({ accessKeyId: key.accessKeyId, ...scope({ region: 'aws-global', service: 'iam' }) })).toMatchObject({
    $case: 'key',
  });
});

it('derives those of tomorrow, and of the week in which a presigned request is good', async () => {
  for (let days = -7; days <= 1; days++) {
    const near = scope({ date: day(days * DAY) });
    expect(await derived({ accessKeyId: key.accessKeyId, ...near })).toMatchObject({
      value: { key: signingKeyOf(Buffer.from(secret), near) },
    });
  }
});

it('knows no key that is unknown, or not active', async () => {
  expect(await derived({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', ...scope() })).toBeUndefined();
  const { accessKeyId } = key;
  await admin.iam.updateAccessKey({ userName: 'signer', accessKeyId, status: AccessKeyStatus.INACTIVE });
  expect(await derived({ accessKeyId, ...scope() })).toBeUndefined();
  await admin.iam.updateAccessKey({ userName: 'signer', accessKeyId, status: AccessKeyStatus.ACTIVE });
  expect(await derived({ accessKeyId, ...scope() })).toMatchObject({ $case: 'key' });
});

it('wants the token of a session with its key, and says when the session is over', async () => {
  const owner = await identity.asService('aws-gateway', `key:${key.accessKeyId}`);
  const { credentials } = await owner.sts.getSessionToken({ durationSeconds: 900 });
  const { accessKeyId, sessionToken, secretAccessKey } = credentials!;
  expect(await derived({ accessKeyId, ...scope() })).toBeUndefined();
  expect(await derived({ accessKeyId, sessionTokenHash: hashOf('another'), ...scope() })).toBeUndefined();
  expect(await derived({ accessKeyId: key.accessKeyId, sessionTokenHash: hashOf(sessionToken), ...scope() })).toBeUndefined();
  expect(await derived({ accessKeyId, sessionTokenHash: hashOf(sessionToken), ...scope() })).toEqual({
    $case: 'key',
    value: {
      key: signingKeyOf(Buffer.from(secretAccessKey), scope()),
      credentialId: `session:${accessKeyId}`,
      accountId: ACCOUNT,
    },
  });
  const presigned = { accessKeyId, sessionTokenHash: hashOf(sessionToken), ...scope() };
  identity.clock.advance(HOUR);
  expect(await derived(presigned)).toEqual({ $case: 'expired', value: true });
  identity.clock.advance(2 * DAY);
  expect(await derived(presigned)).toEqual({ $case: 'expired', value: true });
});

describe('a call on behalf of the holder of an access key', () => {
  it('is the user’s, recorded with the key, the address and the program that the gateway saw', async () => {
    const owner = await identity.asService('aws-gateway', `key:${key.accessKeyId}`);
    expect(await owner.sts.getCallerIdentity()).toMatchObject({ arn: 'arn:aws:iam::000000000000:user/signer' });
    expect((await owner.iam.getUser()).user).toMatchObject({ userName: 'signer' });
    expect(identity.recorder.events.at(-1)).toMatchObject({
      eventName: 'GetUser',
      sourceIpAddress: '10.9.8.7',
      userAgent: 'aws-cli/2',
      userIdentity: { type: 'IAMUser', userName: 'signer', accessKeyId: key.accessKeyId },
    });
    expect(await refusal(owner.iam.listUsers())).toMatchObject({ reason: 'AccessDeniedException' });
  });

  it('meets conditions on that address', async () => {
    const condition = { Condition: { IpAddress: { 'aws:SourceIp': '10.9.8.0/24' } } };
    const policyDocument = document({ ...allow('iam:ListUsers'), ...condition });
    await admin.iam.putInlinePolicy({ target: userTarget('signer'), policyName: 'from', policyDocument });
    const owner = await identity.asService('aws-gateway', `key:${key.accessKeyId}`);
    expect((await owner.iam.listUsers()).users).not.toHaveLength(0);
    await admin.iam.deleteInlinePolicy({ target: userTarget('signer'), policyName: 'from' });
  });

  it('is nobody’s once the key is deleted', async () => {
    const { accessKey } = await admin.iam.createAccessKey({ userName: 'signer' });
    const owner = await identity.asService('aws-gateway', `key:${accessKey!.accessKeyId}`);
    await owner.sts.getCallerIdentity();
    await admin.iam.deleteAccessKey({ userName: 'signer', accessKeyId: accessKey!.accessKeyId });
    expect(await refusal(owner.sts.getCallerIdentity())).toMatchObject({ kind: 'unauthenticated' });
  });

  it('is no service’s', async () => {
    const posing = await identity.asService('aws-gateway', 'cert:spiffe://strongroom.local/service/audit-service');
    expect(await refusal(posing.sts.getCallerIdentity())).toMatchObject({ kind: 'unauthenticated' });
  });
});
