import { oddRequests, oddText, tryOddInput } from '@strongroom/testing';
import fc from 'fast-check';
import { document, roleTarget, TestIdentity, userTarget, type TestCaller } from './server.testing';

let identity: TestIdentity;
let admin: TestCaller;
beforeAll(async () => {
  identity = await TestIdentity.start(['https://id.example.org']);
  admin = await identity.admin();
  const { iam } = admin;
  await iam.createUser({ userName: 'odd' });
  await iam.createGroup({ groupName: 'odd' });
  await iam.createRole({ roleName: 'odd', assumeRolePolicyDocument: trust });
  await iam.createPolicy({ policyName: 'odd', policyDocument });
  await iam.createOpenIdConnectProvider({ url: 'https://id.example.org', clientIdList: ['client'] });
});
afterAll(() => identity?.drop());

const statement = { Effect: 'Allow', Action: 'a:b', Resource: '*' };
const policyDocument = document(statement);
const trust = document({ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' });
const policyArn = 'arn:aws:iam::000000000000:policy/odd';
const provider = 'arn:aws:iam::000000000000:oidc-provider/id.example.org';
const roleArn = 'arn:aws:iam::000000000000:role/odd';
const tags = [{ key: 'Team', value: 'blue' }];
const target = userTarget('odd');
const page = { maxItems: 10, marker: Buffer.from('m1:odd').toString('base64url') };
const key = { userName: 'odd', accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' };
const uri = 'spiffe://strongroom.local/app/odd';
const serialNumber = 'arn:aws:iam::000000000000:mfa/odd';
const codes = { authenticationCode1: '123456', authenticationCode2: '654321' };
const factor = { serialNumber, tokenCode: '123456' };

const relyingParty = { origin: 'https://console.example.org', id: 'example.org' };

/** A request of each method, with each of its fields. */
type Examples<Caller extends keyof TestCaller> = { [Method in keyof TestCaller[Caller]]: object };

const iam: Examples<'iam'> = {
  createAccount: { accountId: '123456789012', displayName: 'odd', administratorCertificateUri: uri },
  listAccounts: page,
  createUser: { userName: 'new', path: '/odd/', permissionsBoundary: policyArn, tags },
  getUser: { userName: 'odd' },
  listUsers: { pathPrefix: '/odd/', ...page },
  deleteUser: { userName: 'new' },
  createGroup: { groupName: 'new', path: '/odd/' },
  getGroup: { groupName: 'odd', ...page },
  listGroups: { pathPrefix: '/odd/', ...page },
  listGroupsForUser: { userName: 'odd', ...page },
  deleteGroup: { groupName: 'new' },
  addUserToGroup: { groupName: 'odd', userName: 'odd' },
  removeUserFromGroup: { groupName: 'odd', userName: 'odd' },
  createRole: {
    ...{ roleName: 'new', path: '/odd/', assumeRolePolicyDocument: trust, description: 'odd', maxSessionDuration: 3_600 },
    ...{ permissionsBoundary: policyArn, tags },
  },
  getRole: { roleName: 'odd' },
  listRoles: { pathPrefix: '/odd/', ...page },
  updateAssumeRolePolicy: { roleName: 'odd', policyDocument: trust },
  deleteRole: { roleName: 'new' },
  createPolicy: { policyName: 'new', path: '/odd/', policyDocument, description: 'odd' },
  getPolicy: { policyArn },
  listPolicies: { scope: 1, pathPrefix: '/odd/', ...page },
  deletePolicy: { policyArn: 'arn:aws:iam::000000000000:policy/new' },
  createPolicyVersion: { policyArn, policyDocument, setAsDefault: true },
  getPolicyVersion: { policyArn, versionId: 'v1' },
  listPolicyVersions: { policyArn },
  setDefaultPolicyVersion: { policyArn, versionId: 'v1' },
  deletePolicyVersion: { policyArn, versionId: 'v2' },
  attachPolicy: { target, policyArn },
  detachPolicy: { target, policyArn },
  listAttachedPolicies: { target, ...page },
  putInlinePolicy: { target, policyName: 'odd', policyDocument },
  getInlinePolicy: { target, policyName: 'odd' },
  listInlinePolicies: { target, ...page },
  deleteInlinePolicy: { target, policyName: 'odd' },
  putPermissionsBoundary: { target, policyArn },
  deletePermissionsBoundary: { target },
  tagPrincipal: { target: roleTarget('odd'), tags },
  untagPrincipal: { target: roleTarget('odd'), tagKeys: ['Team'] },
  createAccessKey: { userName: 'odd' },
  listAccessKeys: { userName: 'odd' },
  updateAccessKey: { ...key, status: 1 },
  deleteAccessKey: key,
  bindCertificate: { uri, target },
  listCertificateBindings: page,
  unbindCertificate: { uri },
  createOpenIdConnectProvider: { url: 'https://id.example.org', clientIdList: ['client'], thumbprintList: ['a'.repeat(40)] },
  getOpenIdConnectProvider: { openIdConnectProviderArn: provider },
  listOpenIdConnectProviders: {},
  addClientIdToOpenIdConnectProvider: { openIdConnectProviderArn: provider, clientId: 'other' },
  removeClientIdFromOpenIdConnectProvider: { openIdConnectProviderArn: provider, clientId: 'other' },
  updateOpenIdConnectProviderThumbprint: { openIdConnectProviderArn: provider, thumbprintList: ['a'.repeat(40)] },
  deleteOpenIdConnectProvider: { openIdConnectProviderArn: `${provider}/none` },
  createLoginProfile: { userName: 'odd', password: 'Correct-horse1', passwordResetRequired: true },
  getLoginProfile: { userName: 'odd' },
  updateLoginProfile: { userName: 'odd', password: 'Correct-horse2', passwordResetRequired: true },
  deleteLoginProfile: { userName: 'odd' },
  changePassword: { oldPassword: 'Correct-horse1', newPassword: 'Correct-horse2' },
  getAccountPasswordPolicy: {},
  updateAccountPasswordPolicy: {
    ...{ minimumPasswordLength: 8, requireSymbols: true, requireNumbers: true, requireUppercaseCharacters: true },
    ...{ requireLowercaseCharacters: true, allowUsersToChangePassword: true, maxPasswordAge: 90, passwordReusePrevention: 5 },
    hardExpiry: true,
  },
  deleteAccountPasswordPolicy: {},
  createVirtualMfaDevice: { path: '/odd/', virtualMfaDeviceName: 'odd' },
  listVirtualMfaDevices: { assignmentStatus: 1, ...page },
  deleteVirtualMfaDevice: { serialNumber },
  enableMfaDevice: { userName: 'odd', serialNumber, ...codes },
  resyncMfaDevice: { userName: 'odd', serialNumber, ...codes },
  deactivateMfaDevice: { userName: 'odd', serialNumber },
  listMfaDevices: { userName: 'odd' },
  beginPasskey: { userName: 'odd', relyingParty },
  enablePasskey: { userName: 'odd', passkeyName: 'laptop', credentialJson: '{}' },
  createSignInLink: { userName: 'odd' },
};

const session = { roleArn, roleSessionName: 'session', policy: policyDocument, policyArns: [policyArn], durationSeconds: 900 };
const sts: Examples<'sts'> = {
  getSessionToken: { durationSeconds: 900, accessKey: { accessKeyId: key.accessKeyId, secretAccessKey: 'secret' }, ...factor },
  assumeRole: { ...session, tags, transitiveTagKeys: ['Team'], externalId: 'external', ...factor },
  assumeRoleWithWebIdentity: { ...session, webIdentityToken: 'a.b.c' },
  getCallerIdentity: {},
  listSessions: { userName: 'odd', ...page },
  revokeSessions: { sessions: { $case: 'accessKeyId', value: 'ASIAAAAAAAAAAAAAAAAA' } },
};

const credential = ($case: string, value: unknown) => ({ credential: { credential: { $case, value } } });
const directory: Examples<'directory'> = {
  resolvePrincipal: credential('certificateUri', uri),
};
const signing: Examples<'signing'> = {
  deriveSigningKey: {
    ...{ accessKeyId: key.accessKeyId, sessionTokenHash: Buffer.alloc(32), date: '20261101', region: 'us-east-1' },
    service: 'kms',
  },
};

const client = { sourceIp: '192.0.2.1', userAgent: 'browser' };
const signIn: Examples<'signIn'> = {
  beginPasskeySignIn: { relyingParty },
  signIn: {
    ...{ accountId: '000000000000', userName: 'odd', password: 'Correct-horse1', tokenCode: '123456', newPassword: 'Correct-1' },
    ...{ client, durationSeconds: 900, passkeyJson: '{}' },
  },
  redeemSignInLink: { token: `srl_${'a'.repeat(43)}`, client, durationSeconds: 900 },
};

const trials = { numRuns: 40 };
type Methods = Record<string, (request: object) => Promise<unknown>>;
const tryOut = (methods: () => Methods | Promise<Methods>, examples: Record<string, object>) =>
  it.each(Object.entries(examples))('%s', async (method, example) => {
    const call = (await methods())[method]!;
    await tryOddInput(oddRequests(example), call, trials);
  });

describe('odd input is refused by', () => {
  tryOut(() => admin.iam, iam);
  tryOut(() => admin.sts, sts);
  tryOut(() => identity.withToken().sts, {
    getSessionToken: sts.getSessionToken,
    assumeRoleWithWebIdentity: sts.assumeRoleWithWebIdentity,
  });
  tryOut(async () => (await identity.asService('aws-gateway')).directory, directory);
  tryOut(async () => (await identity.asService('aws-gateway')).signing, signing);
  tryOut(async () => (await identity.asService('console')).signIn, signIn);
});

describe('an odd credential is nobody’s:', () => {
  it.each(['certificateUri', 'credentialId', 'sessionTokenHash'])('%s', async ($case) => {
    const { directory } = await identity.asService('secrets-api');
    const values = $case === 'sessionTokenHash' ? fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) : oddText;
    const prefix =
      $case === 'credentialId' ? fc.constantFrom('', 'key:', 'session:', 'cert:', 'cert:spiffe://') : fc.constant('');
    await tryOddInput(
      fc.tuple(prefix, values),
      async ([begin, value]) => {
        const text = typeof value === 'string' ? begin + value : value;
        const { principal } = await directory.resolvePrincipal(credential($case, text) as never);
        if (principal) throw new Error('somebody was found');
      },
      trials,
    );
  });

  it('a token whose issuer is none', async () => {
    const issuers = fc.oneof(
      oddText,
      fc.constant('https://ä.example'),
      oddText.map((text) => `https://${text}`),
    );
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    await tryOddInput(
      fc.tuple(issuers, fc.oneof(fc.constant(roleArn), oddText)),
      ([iss, arn]) =>
        identity.withToken().sts.assumeRoleWithWebIdentity({
          roleArn: arn,
          roleSessionName: 'session',
          webIdentityToken: `${encode({ alg: 'RS256' })}.${encode({ iss })}.c2ln`,
        }),
      trials,
    );
  });
});
