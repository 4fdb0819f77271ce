import type { SecretPlace } from '@strongroom/envelope';

/** On whose behalf a data key is asked for; the key service looks the principal up by itself. */
export interface KeyCaller {
  credentialId: string;
  sourceIp: string;
  userAgent: string;
  requestId: string;
  /** The caller's request came in the clear. */
  insecureTransport?: boolean;
}

/** What every request for a data key says. */
export interface DataKeyUse {
  caller: KeyCaller;
  /** The account whose secret it is. */
  accountId: string;
  place: SecretPlace;
  /** Epoch milliseconds. */
  deadline: number;
}

export interface DataKey {
  /** 32 bytes; whoever gets them forgets them after use. */
  plaintext: Buffer;
  /** The ARN of the customer key. */
  keyArn: string;
}

/**
 * The key service. Both reject with the KMS error as a DomainError, with ServiceUnavailableException when the service is
 * away for longer than the deadline allows, or with RequestTimeoutException.
 */
export interface DataKeys {
  /** @param keyId key id, key ARN, alias name or alias ARN; '' for the account's default key */
  generate(keyId: string, use: DataKeyUse): Promise<DataKey & { wrapped: Buffer }>;
  decrypt(wrapped: Buffer, use: DataKeyUse): Promise<DataKey>;
}
