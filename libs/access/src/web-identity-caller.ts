import type { Caller } from './caller';

/** The subject of a token of an OpenID Connect provider. */
export interface WebIdentityNames {
  /** The provider's ARN, `arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`. */
  provider: string;
  /** The provider's account, 12 digits. */
  accountId: string;
  /** The client for which the token was issued. */
  audience: string;
  subject: string;
}

/**
 * The holder of an OpenID Connect provider's token, for the single call that turns it into a session. It has no policies: only a
 * trust policy that names the provider admits it.
 */
export function webIdentityCaller({ provider, accountId, audience, subject }: WebIdentityNames): Caller {
  return {
    credentialId: `web:${provider}`,
    kind: 'web-identity',
    arn: '',
    accountId,
    userId: `${provider}:${audience}:${subject}`,
    userName: subject,
    tags: new Map(),
    identity: [],
    principal: { kind: 'anonymous', arn: '', accountId: '', federatedProvider: provider },
  };
}
