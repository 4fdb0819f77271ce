import { AccessKeyEntity } from './access-key.entity';
import { AccountEntity } from './account.entity';
import { AttachmentEntity } from './attachment.entity';
import { CertificateBindingEntity } from './certificate-binding.entity';
import { GroupMemberEntity } from './group-member.entity';
import { IdentityEntity } from './identity.entity';
import { InlinePolicyEntity } from './inline-policy.entity';
import { ManagedPolicyEntity } from './managed-policy.entity';
import { OidcProviderEntity } from './oidc-provider.entity';
import { PolicyVersionEntity } from './policy-version.entity';
import { SessionEntity } from './session.entity';

export const entities = [
  AccessKeyEntity,
  AccountEntity,
  AttachmentEntity,
  CertificateBindingEntity,
  GroupMemberEntity,
  IdentityEntity,
  InlinePolicyEntity,
  ManagedPolicyEntity,
  OidcProviderEntity,
  PolicyVersionEntity,
  SessionEntity,
];
