import { AccessKeyEntity } from './access-key.entity';
import { AccountEntity } from './account.entity';
import { AttachmentEntity } from './attachment.entity';
import { CertificateBindingEntity } from './certificate-binding.entity';
import { GroupMemberEntity } from './group-member.entity';
import { IdentityEntity } from './identity.entity';
import { InlinePolicyEntity } from './inline-policy.entity';
import { LoginProfileEntity, PasswordHashEntity } from './login-profile.entity';
import { ManagedPolicyEntity } from './managed-policy.entity';
import { MfaDeviceEntity } from './mfa-device.entity';
import { OidcProviderEntity } from './oidc-provider.entity';
import { PasskeyEntity } from './passkey.entity';
import { PasswordPolicyEntity } from './password-policy.entity';
import { PolicyVersionEntity } from './policy-version.entity';
import { SessionEntity } from './session.entity';
import { SignInLinkEntity } from './sign-in-link.entity';

export const entities = [
  AccessKeyEntity,
  AccountEntity,
  AttachmentEntity,
  CertificateBindingEntity,
  GroupMemberEntity,
  IdentityEntity,
  InlinePolicyEntity,
  LoginProfileEntity,
  ManagedPolicyEntity,
  MfaDeviceEntity,
  OidcProviderEntity,
  PasskeyEntity,
  PasswordHashEntity,
  PasswordPolicyEntity,
  PolicyVersionEntity,
  SessionEntity,
  SignInLinkEntity,
];
