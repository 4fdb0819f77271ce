import { createHmac } from 'node:crypto';
import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteConflictException,
  DeleteGroupCommand,
  DeleteOpenIDConnectProviderCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  EntityAlreadyExistsException,
  GetGroupCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListOpenIDConnectProvidersCommand,
  ListPolicyVersionsCommand,
  ListRoleTagsCommand,
  ListUserPoliciesCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  paginateListGroups,
  paginateListPolicies,
  paginateListRoles,
  paginateListUsers,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  waitUntilPolicyExists,
  waitUntilRoleExists,
  waitUntilUserExists,
  ListInstanceProfilesForRoleCommand,
  ListRolesCommand,
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  InvalidAuthenticationCodeException,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
  PasswordPolicyViolationException,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { type LookupAttributeKey, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  InvalidIdentityTokenException,
} from '@aws-sdk/client-sts';
import { base32nopad } from '@scure/base';
import { DAY, MINUTE } from '@strongroom/clock';
import type { CloudTrailRecord } from '@strongroom/cloudtrail-record';
import { AuthorizationServer, temporaryDirectory, eventually } from '@strongroom/testing';
import { Aws, type AwsCredentials, errorOf, presignedCallerIdentity } from './support/aws';
import { System, unique } from './support/system';
import { eventsSince } from './support/trail';

let system: System;
let aws: Aws;
const opened: Aws[] = [];
const as = (credentials: AwsCredentials, options?: { region?: string }): Aws => {
  const client = new Aws(system.cluster, credentials, options);
  opened.push(client);
  return client;
};

beforeAll(async () => {
  system = await System.shared();
  aws = as(system.cluster.adminCredentials);
});
afterAll(async () => {
  for (const client of opened) client.close();
  await system?.stop();
});

const document = (Action: string | string[], more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }] });
const trust = () =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${system.cluster.accountId}:root` }, Action: 'sts:AssumeRole' },
  });
const waiting = () => ({ client: aws.iam, maxWaitTime: 10, minDelay: 1, maxDelay: 1 });

/** A user who may do this, with an access key. */
async function userWith(
  policy: string,
): Promise<{ UserName: string; credentials: { accessKeyId: string; secretAccessKey: string } }> {
  const UserName = unique('aws-user');
  await aws.iam.send(new CreateUserCommand({ UserName }));
  await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: policy }));
  const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
  return { UserName, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } };
}

it('takes what is signed for the region of services that are the same everywhere, for them alone', async () => {
  const everywhere = as(system.cluster.adminCredentials, { region: 'aws-global' });
  expect((await everywhere.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(system.cluster.accountId);
  expect((await everywhere.iam.send(new GetUserCommand({}))).User!.UserName).toBe('admin');
  expect(await errorOf(everywhere.secrets.send(new ListSecretsCommand({})))).toMatchObject({ name: 'InvalidSignatureException' });
});

it('takes a request that was presigned for a week until the week is over', async () => {
  const presigned = (age: number) => presignedCallerIdentity(system.cluster, aws.origin, new Date(Date.now() - age));
  const good = await presigned(7 * DAY - MINUTE);
  expect(good).toMatchObject({ status: 200, text: expect.stringContaining(`<Account>${system.cluster.accountId}</Account>`) });
  const late = await presigned(7 * DAY + MINUTE);
  expect(late).toMatchObject({
    status: 400,
    text: expect.stringContaining('<Code>RequestExpired</Code>'),
  });
});

it('deletes a role as Terraform does, which asks first for its instance profiles', async () => {
  const { iam } = aws;
  const RoleName = unique('aws-role');
  expect(await errorOf(iam.send(new ListInstanceProfilesForRoleCommand({ RoleName })))).toBeInstanceOf(NoSuchEntityException);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(), Tags: [{ Key: 'a', Value: 'b' }] }));
  expect((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))).InstanceProfiles).toEqual([]);
  const listed = (await iam.send(new ListRolesCommand({}))).Roles!.find((role) => role.RoleName === RoleName);
  expect(listed).toMatchObject({ RoleName, Arn: expect.any(String) });
  expect(listed!.Tags).toBeUndefined();
  expect((await iam.send(new GetRoleCommand({ RoleName }))).Role!.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  await iam.send(new DeleteRoleCommand({ RoleName }));
});

it('answers a role session that cannot be by the names that AWS has', async () => {
  const RoleName = unique('aws-role');
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust() }));
  const RoleArn = `arn:aws:iam::${system.cluster.accountId}:role/${RoleName}`;
  const assume = (more: object) => errorOf(aws.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', ...more })));
  expect(await assume({ TransitiveTagKeys: ['x'] })).toMatchObject({
    name: 'InvalidParameterValue',
    message: 'The specified transitive tag key must be included in the requested tags.',
  });
  const Tags = ['x', 'X'].map((Key) => ({ Key, Value: '' }));
  expect(await assume({ Tags })).toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  });
  expect(await assume({ RoleArn: 'this-is-no-arn-at-all' })).toMatchObject({
    name: 'ValidationError',
    message: 'this-is-no-arn-at-all is invalid',
  });
});

it('manages passwords, with the errors that AWS has', async () => {
  const { UserName, credentials } = await userWith(document('iam:ChangePassword'));
  const { iam } = aws;
  const Password = `A-${unique('password')}`;
  expect(await errorOf(iam.send(new GetLoginProfileCommand({ UserName })))).toBeInstanceOf(NoSuchEntityException);
  const weak = errorOf(iam.send(new CreateLoginProfileCommand({ UserName, Password: 'weak' })));
  expect(await weak).toBeInstanceOf(PasswordPolicyViolationException);
  const made = await iam.send(new CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired: true }));
  expect(made.LoginProfile).toMatchObject({ UserName, PasswordResetRequired: true, CreateDate: expect.any(Date) });
  const again = errorOf(iam.send(new CreateLoginProfileCommand({ UserName, Password })));
  expect(await again).toBeInstanceOf(EntityAlreadyExistsException);
  await iam.send(new UpdateLoginProfileCommand({ UserName, PasswordResetRequired: false }));
  expect((await iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile!.PasswordResetRequired).toBe(false);
  const own = as(credentials);
  const change = (OldPassword: string) => own.iam.send(new ChangePasswordCommand({ OldPassword, NewPassword: `${Password}2` }));
  expect(await errorOf(change('wrong'))).toMatchObject({ name: 'AccessDenied', message: 'The old password was incorrect.' });
  await change(Password);
  await iam.send(new DeleteLoginProfileCommand({ UserName }));

  const MaxPasswordAge = 1_000;
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge, RequireNumbers: true }));
  expect((await iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy).toEqual({
    ...{ MinimumPasswordLength: 6, RequireNumbers: true, RequireSymbols: false, RequireUppercaseCharacters: false },
    ...{ RequireLowercaseCharacters: false, AllowUsersToChangePassword: false, HardExpiry: false },
    ...{ ExpirePasswords: true, MaxPasswordAge },
  });
  await iam.send(new DeleteAccountPasswordPolicyCommand({}));
  expect(await errorOf(iam.send(new GetAccountPasswordPolicyCommand({})))).toBeInstanceOf(NoSuchEntityException);
});

it('takes the codes of an MFA device, and lets policies demand them', async () => {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const { UserName, credentials } = await userWith(document('iam:ListMFADevices', { Condition }));
  const { iam } = aws;
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const { SerialNumber, Base32StringSeed, QRCodePNG } = VirtualMFADevice!;
  const seed = Buffer.from(Base32StringSeed!).toString();
  expect(seed).toMatch(/^[A-Z2-7]{32}$/);
  expect(Buffer.from(QRCodePNG!).subarray(1, 4).toString()).toBe('PNG');
  // The code of half a minute from now is taken too, so nobody waits for it.
  const at = (steps: number) => oneTimeCode(seed, Math.floor(Date.now() / 30_000) + steps);
  const codes = { AuthenticationCode1: at(-1), AuthenticationCode2: at(0) };
  const wrong = errorOf(
    iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes, AuthenticationCode1: '000000' })),
  );
  expect(await wrong).toBeInstanceOf(InvalidAuthenticationCodeException);
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
  const listed = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }));
  expect(listed.VirtualMFADevices).toContainEqual(expect.objectContaining({ SerialNumber }));

  const own = as(credentials);
  const list = (by: Aws) => by.iam.send(new ListMFADevicesCommand({ UserName }));
  expect(await errorOf(list(own))).toMatchObject({ name: 'AccessDenied' });
  const session = (TokenCode: string) => own.sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }));
  expect(await errorOf(session('000000'))).toMatchObject({
    name: 'AccessDenied',
    message: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
  });
  const { Credentials } = await session(at(1));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  const proven = as({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken });
  expect((await list(proven)).MFADevices).toMatchObject([{ UserName, SerialNumber, EnableDate: expect.any(Date) }]);
  const recorded = (await lookUp('AccessKeyId', AccessKeyId!))[0]!;
  expect(recorded.userIdentity.sessionContext).toEqual({
    attributes: { creationDate: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), mfaAuthenticated: 'true' },
  });
  const age = Date.now() - Date.parse(recorded.userIdentity.sessionContext!.attributes!.creationDate!);
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(5 * MINUTE);
  await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
  await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
});

/** The records of the newest events with this attribute. */
async function lookUp(AttributeKey: LookupAttributeKey, AttributeValue: string): Promise<CloudTrailRecord[]> {
  const { Events } = await aws.cloudTrail.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] }));
  return Events!.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent!) as CloudTrailRecord);
}

/** As an authenticator makes it (RFC 6238), of a seed in base32. */
function oneTimeCode(seed: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', base32nopad.decode(seed)).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1)! & 0x0f) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

it('manages users, groups and their policies', async () => {
  const { iam } = aws;
  const UserName = unique('aws-user');
  const GroupName = unique('aws-group');
  const created = await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'a b' }] }));
  expect(created.User).toMatchObject({ UserName, Path: '/', CreateDate: expect.any(Date) });
  await waitUntilUserExists(waiting(), { UserName });
  expect(await errorOf(iam.send(new CreateUserCommand({ UserName })))).toBeInstanceOf(EntityAlreadyExistsException);
  expect((await iam.send(new GetUserCommand({ UserName }))).User!.Tags).toEqual([{ Key: 'team', Value: 'a b' }]);

  await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
  expect((await iam.send(new GetGroupCommand({ GroupName }))).Users).toMatchObject([{ UserName }]);
  expect((await iam.send(new ListGroupsForUserCommand({ UserName }))).Groups).toMatchObject([{ GroupName }]);

  const PolicyDocument = document('secretsmanager:*');
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: UserName, PolicyDocument }));
  const PolicyArn = Policy!.Arn!;
  await waitUntilPolicyExists(waiting(), { PolicyArn });
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document('kms:*'), SetAsDefault: true }));
  const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  expect(decodeURIComponent(version.PolicyVersion!.Document!)).toBe(PolicyDocument);
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
  expect((await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions).toMatchObject([{ VersionId: 'v1' }]);
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy).toMatchObject({ AttachmentCount: 1, IsAttachable: true });
  expect((await iam.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies).toMatchObject([{ PolicyArn }]);
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: PolicyArn }));
  const bounded = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PolicyArn };
  expect((await iam.send(new GetUserCommand({ UserName }))).User!.PermissionsBoundary).toEqual(bounded);
  await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  const inline = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'own' }));
  expect(decodeURIComponent(inline.PolicyDocument!)).toBe(PolicyDocument);
  expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual(['own']);

  expect(await errorOf(iam.send(new DeleteUserCommand({ UserName })))).toBeInstanceOf(DeleteConflictException);
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }));
  await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
  await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName }));
  await iam.send(new DeleteGroupCommand({ GroupName }));
  await iam.send(new DeleteUserCommand({ UserName }));
  await iam.send(new DeletePolicyCommand({ PolicyArn }));
  const gone = await errorOf(iam.send(new GetUserCommand({ UserName })));
  expect(gone).toBeInstanceOf(NoSuchEntityException);
  expect(gone).toMatchObject({ message: `The user with name ${UserName} cannot be found.`, $metadata: { httpStatusCode: 404 } });
  const malformed = new CreatePolicyCommand({ PolicyName: UserName, PolicyDocument: '{' });
  expect(await errorOf(iam.send(malformed))).toBeInstanceOf(MalformedPolicyDocumentException);
});

it('lists page by page', async () => {
  const { iam: client } = aws;
  const names = new Set<string | undefined>();
  for await (const page of paginateListUsers({ client, pageSize: 2 }, {}))
    for (const user of page.Users!) names.add(user.UserName);
  expect(names).toContain('admin');
  for await (const page of paginateListGroups({ client, pageSize: 1 }, {})) expect(page.Groups!.length).toBeLessThanOrEqual(1);
  for await (const page of paginateListRoles({ client, pageSize: 2 }, {})) expect(page.Roles!.length).toBeLessThanOrEqual(2);
  const own: (string | undefined)[] = [];
  for await (const page of paginateListPolicies({ client, pageSize: 2 }, { Scope: 'AWS' })) {
    own.push(...page.Policies!.map(({ Arn }) => Arn));
  }
  expect(own).toContain('arn:aws:iam::aws:policy/AdministratorAccess');
  expect(own.filter((arn) => !arn!.startsWith('arn:aws:iam::aws:'))).toEqual([]);
});

it('lets users take roles, within their limits', async () => {
  const { iam } = aws;
  const RoleName = unique('aws-role');
  const role = new CreateRoleCommand({
    RoleName,
    AssumeRolePolicyDocument: trust(),
    Description: '<&>',
    MaxSessionDuration: 7_200,
  });
  const { Role } = await iam.send(role);
  await waitUntilRoleExists(waiting(), { RoleName });
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: document('secretsmanager:ListSecrets') }),
  );
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: 'b' }] }));
  expect((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }));
  expect((await iam.send(new GetRoleCommand({ RoleName }))).Role).toMatchObject({
    Description: '<&>',
    MaxSessionDuration: 7_200,
  });

  const { credentials } = await userWith(document('sts:AssumeRole'));
  const user = as(credentials);
  const assumed = await user.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'session' }));
  expect(assumed.AssumedRoleUser!.Arn).toMatch(new RegExp(`:assumed-role/${RoleName}/session$`));
  const given = assumed.Credentials!;
  const session = as({
    accessKeyId: given.AccessKeyId!,
    secretAccessKey: given.SecretAccessKey!,
    sessionToken: given.SessionToken!,
  });
  expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(assumed.AssumedRoleUser!.Arn);
  await session.secrets.send(new ListSecretsCommand({ MaxResults: 1 }));
  expect(await errorOf(session.kms.send(new ListKeysCommand({})))).toMatchObject({ name: 'AccessDeniedException' });
  expect(await errorOf(session.iam.send(new GetRoleCommand({ RoleName })))).toMatchObject({ name: 'AccessDenied' });

  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust() }));
  const PolicyArn = 'arn:aws:iam::aws:policy/IAMFullAccess';
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
});

// The cluster of the tests believes one issuer; a cluster that is there already may believe none.
const issuer = process.env.STRONGROOM_OIDC_ISSUERS;
(issuer ? it : it.skip)('lets those in for whom an OpenID Connect provider vouches', async () => {
  const { iam } = aws;
  const directory = temporaryDirectory('issuer');
  const port = Number(new URL(issuer!).port);
  const server = new AuthorizationServer({ directory: directory.path, port, rotate: false, introspection: false });
  await server.start();
  try {
    const RoleName = unique('aws-role');
    const { OpenIDConnectProviderArn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: issuer!, ClientIDList: ['app-client_secret_basic'] }),
    );
    expect(await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))).toMatchObject({
      Url: issuer!.replace('http://', ''),
      ClientIDList: ['app-client_secret_basic'],
    });
    expect((await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList).toEqual([
      { Arn: OpenIDConnectProviderArn },
    ]);
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Federated: OpenIDConnectProviderArn },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`localhost:${port}:sub`]: 'ada' }, IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
          },
        }),
      }),
    );
    const policy = document('secretsmanager:ListSecrets');
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: policy }));
    const anybody = as({ accessKeyId: '', secretAccessKey: '' });
    const assume = (WebIdentityToken: string) =>
      anybody.sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'build', WebIdentityToken }));
    const assumed = await assume(await server.newIdToken());
    expect(assumed).toMatchObject({
      SubjectFromWebIdentityToken: 'ada',
      Audience: 'app-client_secret_basic',
      Provider: OpenIDConnectProviderArn,
      AssumedRoleUser: { Arn: expect.stringMatching(new RegExp(`:assumed-role/${RoleName}/build$`)) },
    });
    const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials!;
    const session = as({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! });
    await session.secrets.send(new ListSecretsCommand({ MaxResults: 1 }));
    expect(await errorOf(assume('not.a.token'))).toBeInstanceOf(InvalidIdentityTokenException);
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    await eventually(
      'the session is over',
      async () => (await errorOf(session.sts.send(new GetCallerIdentityCommand({})))).name === 'InvalidClientTokenId',
    );
  } finally {
    await server.stop();
    directory.remove();
  }
});

it('refuses a key within a second of its end, with the sessions that it began', async () => {
  const { UserName, credentials } = await userWith(document('secretsmanager:ListSecrets'));
  const AccessKeyId = credentials.accessKeyId;
  const user = as(credentials);
  const { Credentials } = await user.sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const session = as({
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  });
  const list = (client: Aws) => client.secrets.send(new ListSecretsCommand({ MaxResults: 1 }));
  await Promise.all([list(user), list(session)]);
  await aws.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const client of [user, session]) {
    expect(await errorOf(list(client))).toMatchObject({ name: 'UnrecognizedClientException' });
    expect(await errorOf(client.sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'InvalidClientTokenId' });
  }
  expect((await aws.iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata).toMatchObject([{ Status: 'Inactive' }]);
  await aws.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
});

it('knows a wrong secret, an unknown key and another region from a good signature', async () => {
  const { accessKeyId, secretAccessKey } = system.cluster.adminCredentials;
  const identify = (client: Aws) => errorOf(client.sts.send(new GetCallerIdentityCommand({})));
  const list = (client: Aws) => errorOf(client.secrets.send(new ListSecretsCommand({})));
  const wrong = as({ accessKeyId, secretAccessKey: `${secretAccessKey.slice(1)}x` });
  expect(await identify(wrong)).toMatchObject({ name: 'SignatureDoesNotMatch' });
  expect(await list(wrong)).toMatchObject({ name: 'InvalidSignatureException' });
  const unknown = as({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey });
  expect(await identify(unknown)).toMatchObject({ name: 'InvalidClientTokenId' });
  expect(await list(unknown)).toMatchObject({ name: 'UnrecognizedClientException' });
  expect(await list(as({ accessKeyId, secretAccessKey }, { region: 'eu-west-1' }))).toMatchObject({
    name: 'InvalidSignatureException',
  });
});

it('shows policies and the trail the client, not the gateway', async () => {
  const here = document('secretsmanager:ListSecrets', { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } });
  const elsewhere = document('secretsmanager:ListSecrets', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
  const since = new Date(Date.now() - 1_000);
  const { UserName, credentials } = await userWith(here);
  const user = as(credentials);
  const { $metadata } = await user.secrets.send(new ListSecretsCommand({ MaxResults: 1 }));
  await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: elsewhere }));
  await eventually(
    'the policy counts',
    async () => (await errorOf(user.secrets.send(new ListSecretsCommand({ MaxResults: 1 })))).name === 'AccessDeniedException',
  );
  await eventually('the event is in the trail', async () => {
    const event = (await eventsSince(system.admin, since)).find(({ requestId }) => requestId === $metadata.requestId);
    if (event) {
      expect(event).toMatchObject({
        eventName: 'ListSecrets',
        sourceIpAddress: '127.0.0.1',
        userAgent: expect.stringMatching(/^aws-sdk-js\//),
        userIdentity: { type: 'IAMUser', userName: UserName, accessKeyId: credentials.accessKeyId },
      });
    }
    return event !== undefined;
  });
});
