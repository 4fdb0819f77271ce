import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessKeyStatus } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { codesOf, document, groupTarget, refusal, roleTarget, TestIdentity, userTarget, type TestCaller } from './server.testing';

const TAGS = [{ key: 'Team', value: 'blue' }];
const key = generateKeyPair('ES256', { extractable: true });
let issuer: string;
let server: Server;
let identity: TestIdentity;
let admin: TestCaller;

beforeAll(async () => {
  server = createServer((request, response) => {
    const discovery = { issuer, jwks_uri: `${issuer}/keys` };
    const keys = async () => ({ keys: [{ ...(await exportJWK((await key).publicKey)), kid: 'k' }] });
    void (async () => response.end(JSON.stringify(request.url === '/keys' ? await keys() : discovery)))();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  identity = await TestIdentity.start([issuer]);
  admin = await identity.admin();
});
afterAll(async () => {
  await identity?.drop();
  server.close();
  server.closeAllConnections();
});

const policyDocument = document({ Effect: 'Allow', Action: 'a:b', Resource: '*' });
const boundary = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function manageUsersAndRoles(): Promise<void> {
  const { iam } = admin;
  const trust = document({ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' });
  await iam.createUser({ userName: 'all', tags: TAGS, permissionsBoundary: boundary });
  await iam.createRole({ roleName: 'all', tags: TAGS, permissionsBoundary: boundary, assumeRolePolicyDocument: trust });
  await iam.createGroup({ groupName: 'all' });
  await iam.updateAssumeRolePolicy({ roleName: 'all', policyDocument: trust });
  await Promise.all([iam.getUser({ userName: 'all' }), iam.getRole({ roleName: 'all' })]);
  const policyArn = (await iam.createPolicy({ policyName: 'all', policyDocument })).policy!.arn;
  for (const target of [userTarget('all'), roleTarget('all'), groupTarget('all')]) {
    await iam.attachPolicy({ target, policyArn });
    await iam.listAttachedPolicies({ target });
    await iam.detachPolicy({ target, policyArn });
    await iam.putInlinePolicy({ target, policyName: 'all', policyDocument });
    await iam.getInlinePolicy({ target, policyName: 'all' });
    await iam.listInlinePolicies({ target });
    await iam.deleteInlinePolicy({ target, policyName: 'all' });
  }
  for (const target of [userTarget('all'), roleTarget('all')]) {
    await iam.tagPrincipal({ target, tags: [{ key: 'Other', value: 'x' }] });
    await iam.untagPrincipal({ target, tagKeys: ['Other'] });
    const uri = `spiffe://strongroom.local/all/${target.entity.$case}`;
    await iam.bindCertificate({ uri, target });
    await iam.unbindCertificate({ uri });
    await iam.deletePermissionsBoundary({ target });
    await iam.putPermissionsBoundary({ target, policyArn });
  }
  const userName = 'all';
  const { accessKeyId } = (await iam.createAccessKey({ userName })).accessKey!;
  await iam.listAccessKeys({ userName });
  await iam.updateAccessKey({ userName, accessKeyId, status: AccessKeyStatus.INACTIVE });
  await iam.deleteAccessKey({ userName, accessKeyId });
  await iam.listGroupsForUser({ userName });
  await manageSigningIn(userName);
  await iam.deleteUser({ userName });
  await iam.deleteRole({ roleName: 'all' });
}

async function manageSigningIn(userName: string): Promise<void> {
  const { iam } = admin;
  await iam.createLoginProfile({ userName, password: 'Correct-horse1' });
  await Promise.all([iam.getLoginProfile({ userName }), iam.createSignInLink({ userName })]);
  await iam.updateLoginProfile({ userName, passwordResetRequired: true });
  await iam.deleteLoginProfile({ userName });
  const { virtualMfaDevice } = await iam.createVirtualMfaDevice({ virtualMfaDeviceName: 'all' });
  const { serialNumber, base32StringSeed } = virtualMfaDevice!;
  const codes = codesOf(base32StringSeed, identity.clock.millis());
  await iam.enableMfaDevice({ userName, serialNumber, authenticationCode1: codes[0], authenticationCode2: codes[1] });
  await iam.listMfaDevices({ userName });
  const device = { userName, serialNumber };
  await refusal(iam.resyncMfaDevice({ ...device, authenticationCode1: codes[0], authenticationCode2: codes[1] }));
  await iam.deactivateMfaDevice(device);
  await iam.deleteVirtualMfaDevice({ serialNumber });
  const { accessKey } = await iam.createAccessKey({ userName });
  const own = await identity.asService('aws-gateway', `key:${accessKey!.accessKeyId}`);
  await refusal(own.iam.changePassword({ oldPassword: 'Correct-horse1', newPassword: 'Correct-horse2' }));
  await iam.deleteAccessKey({ userName, accessKeyId: accessKey!.accessKeyId });
}

async function assumeRoles(): Promise<void> {
  await admin.iam.createOpenIdConnectProvider({ url: issuer, clientIdList: ['client'] });
  const provider = `arn:aws:iam::000000000000:oidc-provider/${issuer.replace('http://', '')}`;
  await admin.iam.createRole({
    roleName: 'assumed',
    tags: TAGS,
    assumeRolePolicyDocument: document(
      { Effect: 'Allow', Principal: { Federated: provider }, Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'] },
      { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
    ),
  });
  const role = { roleArn: 'arn:aws:iam::000000000000:role/assumed', roleSessionName: 'session' };
  await admin.sts.assumeRole({ ...role, externalId: 'external', tags: TAGS, transitiveTagKeys: ['Team'] });
  const seconds = Math.floor(identity.clock.millis() / 1_000);
  const webIdentityToken = await new SignJWT({
    ...{ iss: issuer, sub: 'job', aud: 'client', iat: seconds, exp: seconds + 600, amr: ['pwd'], email: 'job@example.org' },
    'https://aws.amazon.com/tags': { principal_tags: { Team: ['blue'] }, transitive_tag_keys: ['Team'] },
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .sign((await key).privateKey);
  await identity.withToken().sts.assumeRoleWithWebIdentity({ ...role, webIdentityToken });
}

it('fills every condition key that is listed for a call, and no other', async () => {
  await manageUsersAndRoles();
  await assumeRoles();
  expect(identity.authorizer.differences('iam', 'sts')).toEqual([]);
});

it('lets a manager of users touch those alone whose boundary it may give', async () => {
  const limited = await identity.user(
    'manager',
    { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: ['iam:CreateUser', 'iam:PutUserPolicy', 'iam:AttachUserPolicy', 'iam:DeleteUserPermissionsBoundary'],
      Resource: '*',
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } },
    },
  );
  await admin.iam.createUser({ userName: 'free' });
  await limited.iam.createUser({ userName: 'bounded', permissionsBoundary: boundary });
  const put = (name: string) => limited.iam.putInlinePolicy({ target: userTarget(name), policyName: 'p', policyDocument });
  await put('bounded');
  expect((await refusal(put('free'))).reason).toBe('AccessDeniedException');
  expect((await refusal(limited.iam.createUser({ userName: 'unbounded' }))).reason).toBe('AccessDeniedException');
});
