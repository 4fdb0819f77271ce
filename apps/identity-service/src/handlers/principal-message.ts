import { type Credential, type Principal, PrincipalKind } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { validationError } from '../domain/iam-errors';
import type { CredentialName, PrincipalRecord } from '../domain/principal-directory';

export const toPrincipal = (record: PrincipalRecord): Principal => ({
  credentialId: record.credentialId,
  kind: record.kind === 'user' ? PrincipalKind.USER : PrincipalKind.ROLE_SESSION,
  arn: record.arn,
  accountId: record.accountId,
  userId: record.userId,
  userName: record.userName ?? '',
  roleArn: record.roleArn ?? '',
  tags: record.tags,
  policies: record.policies,
  permissionsBoundary: record.boundary,
  sessionPolicies: record.sessionPolicies,
  accessKeyId: record.accessKeyId ?? '',
  issueTime: record.issueTime,
  expireTime: record.expireTime,
  multiFactorAuthTime: record.multiFactorAuthTime,
});

/** The credential that another service asks about; `undefined` for a credential id that nobody can have. */
export function credentialOf(credential: Credential | undefined): CredentialName | undefined {
  switch (credential?.credential?.$case) {
    case 'certificateUri':
      return { certificateUri: credential.credential.value };
    case 'sessionTokenHash':
      if (credential.credential.value.length !== 32) throw validationError('credential.session_token_hash must have 32 bytes.');
      return { sessionTokenHash: credential.credential.value };
    case 'credentialId':
      return credentialOfId(credential.credential.value);
    default:
      throw validationError('credential must be given.');
  }
}

export function credentialOfId(id: string): CredentialName | undefined {
  if (id.startsWith('cert:')) return { certificateUri: id.slice('cert:'.length) };
  if (id.startsWith('session:')) return { sessionId: id.slice('session:'.length) };
  if (id.startsWith('key:')) return { accessKeyId: id.slice('key:'.length) };
  return undefined;
}
