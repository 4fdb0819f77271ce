import { AccessKeyStatus } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { identityService } from '@strongroom/methods';
import { identityNumbers, identityTexts } from '@strongroom/field-rules';
import type { Fields } from '../model/message';
import { flag, integer, list, type Members, named, oneOf, refused, required, structure, text, timestamp } from '../model/shapes';
import { signInOperations } from './iam-sign-in';
import { type Hooks, type Operation, operationsOf, type Operations } from './operation';

const of = operationsOf<typeof identityService>('identity');

const userName = text(identityTexts.userName);
const groupName = text(identityTexts.groupName);
const roleName = text(identityTexts.roleName);
const policyName = text(identityTexts.policyName);
const path = text(identityTexts.path);
const pathPrefix = text(identityTexts.pathPrefix);
const policyArn = text({ min: 20, max: 2_048 });
const document = text({ min: 1, max: 131_072 });
const documentOut = text({ uriEncoded: true });
const description = text(identityTexts.description);
const accessKeyId = text(identityTexts.accessKeyId);
const versionId = text({ pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9\\-]*)?' });
const status = oneOf({ Active: AccessKeyStatus.ACTIVE, Inactive: AccessKeyStatus.INACTIVE });
const tagKey = text(identityTexts.tagKey);
const tagValue = text(identityTexts.tagValue);
const tags = list(structure({ Key: required(tagKey), Value: required(tagValue) }), identityNumbers.tags);
const tagKeys = list(tagKey, identityNumbers.tags);
const pageIn: Members = { Marker: text({ min: 1, max: 2_048 }), MaxItems: integer(identityNumbers.maxItems) };
const pageOut: Members = { IsTruncated: flag, Marker: text() };

const boundary = structure({ PermissionsBoundaryType: text(), PermissionsBoundaryArn: text() });
const tagsOut = list(structure({ Key: required(text()), Value: required(text()) }));
/** Lists show less of users and roles than the operations that describe one. */
const listedUser: Members = {
  Path: required(text()),
  UserName: required(text()),
  UserId: required(text()),
  Arn: required(text()),
  CreateDate: required(timestamp),
};
const user = structure({ ...listedUser, PermissionsBoundary: boundary, Tags: tagsOut });
const group = structure({
  Path: required(text()),
  GroupName: required(text()),
  GroupId: required(text()),
  Arn: required(text()),
  CreateDate: required(timestamp),
});
const listedRole: Members = {
  Path: required(text()),
  RoleName: required(text()),
  RoleId: required(text()),
  Arn: required(text()),
  CreateDate: required(timestamp),
  AssumeRolePolicyDocument: documentOut,
  Description: text(),
  MaxSessionDuration: integer(),
};
const role = structure({ ...listedRole, PermissionsBoundary: boundary, Tags: tagsOut });
const policy = structure({
  PolicyName: text(),
  PolicyId: text(),
  Arn: text(),
  Path: text(),
  DefaultVersionId: text(),
  AttachmentCount: integer(),
  IsAttachable: flag,
  Description: text(),
  CreateDate: timestamp,
  UpdateDate: timestamp,
});
const policyVersion = structure({ Document: documentOut, VersionId: text(), IsDefaultVersion: flag, CreateDate: timestamp });
const accessKeyOut: Members = {
  UserName: text(),
  AccessKeyId: text(),
  Status: status,
  CreateDate: timestamp,
};

/** The ARN of a boundary is in a structure of its own here. */
const withBoundary = (entity: Fields): Fields => {
  const { permissionsBoundary: arn, ...rest } = entity;
  const nested = { permissionsBoundaryType: 'Policy', permissionsBoundaryArn: arn };
  return arn === '' || arn === undefined ? rest : { ...rest, permissionsBoundary: nested };
};
const isOfAws = (arn: string): boolean => arn.startsWith('arn:aws:iam::aws:');
const attachable = (one: Fields): Fields => ({ ...one, isAttachable: true });
const alter = (field: string, change: (one: Fields) => Fields): Hooks => ({
  fromResponse: (message) => ({ ...message, [field]: change(message[field] as Fields) }),
});
/** A page of a list; `change` alters each of its items. */
const pageOf = (field: string, change: (one: Fields) => Fields = (one) => one): Hooks => ({
  fromResponse: (message) => ({
    ...message,
    [field]: (message[field] as unknown[]).map((one) => (typeof one === 'string' ? one : change(one as Fields))),
    isTruncated: typeof message.marker === 'string' && message.marker !== '',
  }),
});

/** A user, group or role, in the form in which operations and the gRPC message name it. */
interface Kind {
  title: 'User' | 'Group' | 'Role';
  member: Members;
  field: 'userName' | 'groupName' | 'roleName';
}
const kinds: readonly Kind[] = [
  { title: 'User', member: { UserName: required(userName) }, field: 'userName' },
  { title: 'Group', member: { GroupName: required(groupName) }, field: 'groupName' },
  { title: 'Role', member: { RoleName: required(roleName) }, field: 'roleName' },
];

const onKind =
  (field: Kind['field']) =>
  (fields: Fields): Fields => {
    const { [field]: value, ...rest } = fields;
    return { ...rest, target: { entity: { $case: field, value } } };
  };

/** Operations that AWS has for each kind, and Strongroom once for all. */
const ofEveryKind = ({ title, member, field }: Kind): Record<string, Operation> => {
  const toRequest = onKind(field);
  const inline: Members = { ...member, PolicyName: required(policyName) };
  return {
    [`Attach${title}Policy`]: of('attachPolicy', { ...member, PolicyArn: required(policyArn) }, {}, { toRequest }),
    [`Detach${title}Policy`]: of('detachPolicy', { ...member, PolicyArn: required(policyArn) }, {}, { toRequest }),
    [`ListAttached${title}Policies`]: of(
      'listAttachedPolicies',
      { ...member, PathPrefix: refused('/'), ...pageIn },
      { AttachedPolicies: required(list(structure({ PolicyName: text(), PolicyArn: text() }))), ...pageOut },
      { toRequest, ...pageOf('attachedPolicies') },
    ),
    [`Put${title}Policy`]: of('putInlinePolicy', { ...inline, PolicyDocument: required(document) }, {}, { toRequest }),
    [`Get${title}Policy`]: of(
      'getInlinePolicy',
      inline,
      { [`${title}Name`]: required(text()), PolicyName: required(text()), PolicyDocument: required(documentOut) },
      { toRequest, fromResponse: (message, request) => ({ ...message, [field]: request[field] }) },
    ),
    [`List${title}Policies`]: of(
      'listInlinePolicies',
      { ...member, ...pageIn },
      { PolicyNames: required(list(text())), ...pageOut },
      { toRequest, ...pageOf('policyNames') },
    ),
    [`Delete${title}Policy`]: of('deleteInlinePolicy', inline, {}, { toRequest }),
  };
};

/** Operations that AWS has for users and roles. */
const ofPrincipals = ({ title, member, field }: Kind): Record<string, Operation> => {
  const toRequest = onKind(field);
  const [get, entity] = title === 'User' ? (['getUser', 'user'] as const) : (['getRole', 'role'] as const);
  return {
    [`Put${title}PermissionsBoundary`]: of(
      'putPermissionsBoundary',
      { ...member, PermissionsBoundary: named('policyArn', required(policyArn)) },
      {},
      { toRequest },
    ),
    [`Delete${title}PermissionsBoundary`]: of('deletePermissionsBoundary', member, {}, { toRequest }),
    [`Tag${title}`]: of('tagPrincipal', { ...member, Tags: required(tags) }, {}, { toRequest }),
    [`Untag${title}`]: of('untagPrincipal', { ...member, TagKeys: required(tagKeys) }, {}, { toRequest }),
    // The entity comes with all its tags, at most 50.
    [`List${title}Tags`]: of(
      get,
      { ...member, ...pageIn },
      { Tags: required(tagsOut), IsTruncated: flag },
      {
        toRequest: (fields) => ({ [field]: fields[field] }),
        fromResponse: (message) => ({ tags: (message[entity] as Fields).tags, isTruncated: false }),
      },
    ),
  };
};

const users: Record<string, Operation> = {
  CreateUser: of(
    'createUser',
    { Path: path, UserName: required(userName), PermissionsBoundary: policyArn, Tags: tags },
    { User: user },
    alter('user', withBoundary),
  ),
  GetUser: of('getUser', { UserName: userName }, { User: required(user) }, alter('user', withBoundary)),
  ListUsers: of(
    'listUsers',
    { PathPrefix: pathPrefix, ...pageIn },
    { Users: required(list(structure(listedUser))), ...pageOut },
    pageOf('users'),
  ),
  DeleteUser: of('deleteUser', { UserName: required(userName) }),
  CreateAccessKey: of(
    'createAccessKey',
    { UserName: userName },
    { AccessKey: required(structure({ ...accessKeyOut, SecretAccessKey: required(text()) })) },
    { fromResponse: ({ accessKey, secretAccessKey }) => ({ accessKey: { ...(accessKey as Fields), secretAccessKey } }) },
  ),
  ListAccessKeys: of(
    'listAccessKeys',
    { UserName: userName, ...pageIn },
    { AccessKeyMetadata: named('accessKeys', required(list(structure(accessKeyOut)))), IsTruncated: flag },
    { toRequest: ({ userName }) => ({ userName }), ...pageOf('accessKeys') },
  ),
  UpdateAccessKey: of('updateAccessKey', {
    UserName: userName,
    AccessKeyId: required(accessKeyId),
    Status: required(status),
  }),
  DeleteAccessKey: of('deleteAccessKey', { UserName: userName, AccessKeyId: required(accessKeyId) }),
};

const groups: Record<string, Operation> = {
  CreateGroup: of('createGroup', { Path: path, GroupName: required(groupName) }, { Group: required(group) }),
  GetGroup: of(
    'getGroup',
    { GroupName: required(groupName), ...pageIn },
    { Group: required(group), Users: required(list(user)), ...pageOut },
    pageOf('users', withBoundary),
  ),
  ListGroups: of(
    'listGroups',
    { PathPrefix: pathPrefix, ...pageIn },
    { Groups: required(list(group)), ...pageOut },
    pageOf('groups'),
  ),
  ListGroupsForUser: of(
    'listGroupsForUser',
    { UserName: required(userName), ...pageIn },
    { Groups: required(list(group)), ...pageOut },
    pageOf('groups'),
  ),
  DeleteGroup: of('deleteGroup', { GroupName: required(groupName) }),
  AddUserToGroup: of('addUserToGroup', { GroupName: required(groupName), UserName: required(userName) }),
  RemoveUserFromGroup: of('removeUserFromGroup', { GroupName: required(groupName), UserName: required(userName) }),
};

const roles: Record<string, Operation> = {
  CreateRole: of(
    'createRole',
    {
      Path: path,
      RoleName: required(roleName),
      AssumeRolePolicyDocument: required(document),
      Description: description,
      MaxSessionDuration: integer(identityNumbers.maxSessionDuration),
      PermissionsBoundary: policyArn,
      Tags: tags,
    },
    { Role: required(role) },
    alter('role', withBoundary),
  ),
  GetRole: of('getRole', { RoleName: required(roleName) }, { Role: required(role) }, alter('role', withBoundary)),
  ListRoles: of(
    'listRoles',
    { PathPrefix: pathPrefix, ...pageIn },
    { Roles: required(list(structure(listedRole))), ...pageOut },
    pageOf('roles'),
  ),
  // Strongroom has no instance profiles, so no role is in one. Terraform asks before it deletes a role.
  ListInstanceProfilesForRole: of(
    'getRole',
    { RoleName: required(roleName), ...pageIn },
    { InstanceProfiles: required(list(structure({ InstanceProfileName: text() }))), IsTruncated: flag },
    {
      toRequest: ({ roleName }) => ({ roleName }),
      fromResponse: () => ({ instanceProfiles: [], isTruncated: false }),
    },
  ),
  UpdateAssumeRolePolicy: of('updateAssumeRolePolicy', {
    RoleName: required(roleName),
    PolicyDocument: required(document),
  }),
  DeleteRole: of('deleteRole', { RoleName: required(roleName) }),
};

const policies: Record<string, Operation> = {
  CreatePolicy: of(
    'createPolicy',
    {
      PolicyName: required(policyName),
      Path: path,
      PolicyDocument: required(document),
      Description: description,
      Tags: refused(),
    },
    { Policy: policy },
    alter('policy', attachable),
  ),
  GetPolicy: of('getPolicy', { PolicyArn: required(policyArn) }, { Policy: policy }, alter('policy', attachable)),
  ListPolicies: of(
    'listPolicies',
    {
      Scope: text({ values: ['All', 'AWS', 'Local'] }),
      OnlyAttached: refused(),
      PathPrefix: pathPrefix,
      PolicyUsageFilter: refused(),
      ...pageIn,
    },
    { Policies: required(list(policy)), ...pageOut },
    {
      toRequest: ({ scope, ...fields }) => ({ ...fields, onlyLocal: scope === 'Local' }),
      fromResponse: (message, { scope }) => {
        const wanted = (message.policies as Fields[]).filter(({ arn }) => scope !== 'AWS' || isOfAws(arn as string));
        return pageOf('policies', attachable).fromResponse!({ ...message, policies: wanted }, {});
      },
    },
  ),
  DeletePolicy: of('deletePolicy', { PolicyArn: required(policyArn) }),
  CreatePolicyVersion: of(
    'createPolicyVersion',
    { PolicyArn: required(policyArn), PolicyDocument: required(document), SetAsDefault: flag },
    { PolicyVersion: policyVersion },
    // AWS does not repeat the document, which the request has.
    alter('policyVersion', (version) => ({ ...version, document: '' })),
  ),
  GetPolicyVersion: of(
    'getPolicyVersion',
    { PolicyArn: required(policyArn), VersionId: required(versionId) },
    { PolicyVersion: policyVersion },
  ),
  ListPolicyVersions: of(
    'listPolicyVersions',
    { PolicyArn: required(policyArn), ...pageIn },
    { Versions: required(list(policyVersion)), IsTruncated: flag },
    { toRequest: ({ policyArn }) => ({ policyArn }), ...pageOf('versions') },
  ),
  SetDefaultPolicyVersion: of('setDefaultPolicyVersion', { PolicyArn: required(policyArn), VersionId: required(versionId) }),
  DeletePolicyVersion: of('deletePolicyVersion', { PolicyArn: required(policyArn), VersionId: required(versionId) }),
};

const providerArn = required(text({ min: 20, max: 2_048 }));
const ofProvider: Members = { OpenIDConnectProviderArn: providerArn };
const clientId = text(identityTexts.oidcClientId);
const thumbprints = list(text(identityTexts.oidcThumbprint));

const oidcProviders: Record<string, Operation> = {
  CreateOpenIDConnectProvider: of(
    'createOpenIdConnectProvider',
    {
      Url: required(text({ min: 1, max: 255 })),
      ClientIDList: list(clientId),
      ThumbprintList: thumbprints,
      Tags: refused(),
    },
    { OpenIDConnectProviderArn: text() },
    { fromResponse: ({ provider }) => ({ openIdConnectProviderArn: (provider as Fields).arn }) },
  ),
  GetOpenIDConnectProvider: of(
    'getOpenIdConnectProvider',
    ofProvider,
    { Url: text(), ClientIDList: list(text()), ThumbprintList: list(text()), CreateDate: timestamp },
    {
      // AWS leaves the scheme out.
      fromResponse: ({ provider }) => ({
        ...(provider as Fields),
        url: ((provider as Fields).url as string).replace(/^https?:\/\//, ''),
      }),
    },
  ),
  ListOpenIDConnectProviders: of(
    'listOpenIdConnectProviders',
    {},
    { OpenIDConnectProviderList: required(named('providers', list(structure({ Arn: text() })))) },
  ),
  AddClientIDToOpenIDConnectProvider: of('addClientIdToOpenIdConnectProvider', { ...ofProvider, ClientID: required(clientId) }),
  RemoveClientIDFromOpenIDConnectProvider: of('removeClientIdFromOpenIdConnectProvider', {
    ...ofProvider,
    ClientID: required(clientId),
  }),
  UpdateOpenIDConnectProviderThumbprint: of('updateOpenIdConnectProviderThumbprint', {
    ...ofProvider,
    ThumbprintList: required(thumbprints),
  }),
  DeleteOpenIDConnectProvider: of('deleteOpenIdConnectProvider', ofProvider),
};

/** AWS IAM, 2010-05-08. */
export const iam: Operations = new Map(
  Object.entries({
    ...users,
    ...groups,
    ...roles,
    ...policies,
    ...oidcProviders,
    ...signInOperations(structure(listedUser), { in: pageIn, out: pageOut }),
    ...Object.assign({}, ...kinds.map(ofEveryKind)),
    ...Object.assign({}, ...kinds.filter(({ title }) => title !== 'Group').map(ofPrincipals)),
  } as Record<string, Operation>),
);
