import {
  AccessKeyStatus,
  type AccessKeyMetadata,
  type Account as AccountMessage,
  type CertificateBinding as BindingMessage,
  type Entity,
  type Group,
  type LoginProfile as LoginProfileMessage,
  type OpenIDConnectProvider,
  type PasswordPolicy as PasswordPolicyMessage,
  type Policy,
  type PolicyVersion as VersionMessage,
  type Role,
  type User,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { arnOfIdentity, type Identity, type IdentityName } from '../domain/identity';
import { arnOfPolicy, type ManagedPolicy, type PolicyVersion, versionId } from '../domain/managed-policy';
import type { OidcProvider } from '../domain/oidc-provider';
import type { PasswordPolicy } from '../domain/password-policy';
import type { AccessKey, Account, CertificateBinding, LoginProfile } from '../domain/store.port';

export const toAccount = ({ accountId, displayName, createDate }: Account): AccountMessage => ({
  accountId,
  displayName,
  createDate,
});

export const toUser = (user: Identity): User => ({
  path: user.path,
  userName: user.name,
  userId: user.id,
  arn: arnOfIdentity(user),
  createDate: user.createDate,
  permissionsBoundary: user.permissionsBoundary ?? '',
  tags: user.tags,
});

export const toGroup = (group: Identity): Group => ({
  path: group.path,
  groupName: group.name,
  groupId: group.id,
  arn: arnOfIdentity(group),
  createDate: group.createDate,
});

export const toRole = (role: Identity): Role => ({
  path: role.path,
  roleName: role.name,
  roleId: role.id,
  arn: arnOfIdentity(role),
  createDate: role.createDate,
  assumeRolePolicyDocument: role.role?.trustPolicy ?? '',
  description: role.role?.description ?? '',
  maxSessionDuration: role.role?.maxSessionDuration ?? 0,
  permissionsBoundary: role.permissionsBoundary ?? '',
  tags: role.tags,
});

export const toPolicy = (policy: ManagedPolicy, attachmentCount: number): Policy => ({
  policyName: policy.name,
  policyId: policy.id,
  arn: arnOfPolicy(policy),
  path: policy.path,
  description: policy.description,
  defaultVersionId: versionId(policy.defaultVersion),
  attachmentCount,
  createDate: policy.createDate,
  updateDate: policy.updateDate,
});

export const toVersion = (version: PolicyVersion, defaultVersion: number): VersionMessage => ({
  versionId: versionId(version.version),
  document: version.document,
  isDefaultVersion: version.version === defaultVersion,
  createDate: version.createDate,
});

export const toAccessKey = (
  userName: string,
  { accessKeyId, active, createDate }: Omit<AccessKey, 'sealedSecret'>,
): AccessKeyMetadata => ({
  userName,
  accessKeyId,
  status: active ? AccessKeyStatus.ACTIVE : AccessKeyStatus.INACTIVE,
  createDate,
});

export const toLoginProfile = (userName: string, { createDate, resetRequired }: LoginProfile): LoginProfileMessage => ({
  userName,
  createDate,
  passwordResetRequired: resetRequired,
});

export const toPasswordPolicy = (policy: PasswordPolicy): PasswordPolicyMessage => ({
  ...policy,
  expirePasswords: policy.maxPasswordAge !== undefined,
});

export const toEntity = ({ kind, name }: IdentityName): Entity => ({
  entity: { $case: kind === 'user' ? 'userName' : kind === 'role' ? 'roleName' : 'groupName', value: name },
});

export const toBinding = (binding: CertificateBinding, target: IdentityName): BindingMessage => ({
  uri: binding.uri,
  target: toEntity(target),
  createDate: binding.createDate,
});

export const toOidcProvider = ({ arn, issuer, clientIds, thumbprints, createDate }: OidcProvider): OpenIDConnectProvider => ({
  url: issuer,
  clientIdList: clientIds,
  thumbprintList: thumbprints,
  createDate,
  arn,
});
