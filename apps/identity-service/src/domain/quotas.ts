import { identityNumbers, policySizes } from '@strongroom/field-rules';
import type { IdentityKind } from './identity';

/** Characters, white space not counted. */
export const MANAGED_POLICY_SIZE: number = policySizes.managed;
export const TRUST_POLICY_SIZE: number = policySizes.trust;
export const SESSION_POLICY_SIZE: number = policySizes.session;
/** For all inline policies of one identity together. */
export const INLINE_POLICIES_SIZE: Record<IdentityKind, number> = policySizes.inline;
/** For a document as sent, including white space. */
export const DOCUMENT_LENGTH = 131_072;

export const POLICY_VERSIONS = 5;
export const ATTACHED_POLICIES = 10;
export const GROUPS_OF_USER = 10;
export const ACCESS_KEYS_OF_USER = 2;
export const TAGS: number = identityNumbers.tags.max;
export const SESSION_POLICY_ARNS = 10;
export const MFA_DEVICES_OF_USER = 8;
export const VIRTUAL_MFA_DEVICES = 5_000;
export const OIDC_PROVIDERS = 100;
export const OIDC_CLIENT_IDS = 100;
export const OIDC_THUMBPRINTS = 5;
