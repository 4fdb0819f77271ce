import type { Caller } from './caller';

/** What the token of an OpenID Connect provider proves about its holder. */
export interface WebIdentity {
  readonly provider: {
    /** `arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`. */
    readonly arn: string;
    /** 12 digits. */
    readonly accountId: string;
  };
  /** The client for which the token was issued. */
  readonly audience: string;
  readonly subject: string;
}

/**
 * The holder of an OpenID Connect provider's token, for the single call that turns it into a session. It has no policies: only a
 * trust policy that names the provider admits it.
 */
export function webIdentityCaller({ provider: { arn, accountId }, audience, subject }: WebIdentity): Caller {
  return {
    credentialId: `web:${arn}`,
    kind: 'web-identity',
    arn: '',
    accountId,
    userId: `${arn}:${audience}:${subject}`,
    userName: subject,
    tags: new Map(),
    identity: [],
    principal: { kind: 'anonymous', arn: '', accountId: '', federatedProvider: arn },
  };
}
