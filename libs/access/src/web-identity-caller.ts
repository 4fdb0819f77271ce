import type { Caller } from './caller';

/** Who a token of an OpenID Connect provider is about. */
export interface WebIdentityNames {
  /** The provider's ARN, `arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`. */
  provider: string;
  /** The provider's account, 12 digits. */
  accountId: string;
  /** The client that the token was made for. */
  audience: string;
  subject: string;
}

/**
 * Somebody whom an OpenID Connect provider vouches for, for the one call that makes a session of it. It has no policies: only a trust policy
 * that names the provider lets it in.
 */
export const webIdentityCaller = ({ provider, accountId, audience, subject }: WebIdentityNames): Caller => ({
  credentialId: `web:${provider}`,
  kind: 'web-identity',
  arn: '',
  accountId,
  userId: `${provider}:${audience}:${subject}`,
  userName: subject,
  tags: new Map(),
  identity: [],
  principal: { kind: 'anonymous', arn: '', accountId: '', federatedProvider: provider },
});
