import type { CallerReference } from '@strongroom/access';
import type { SecretPlace } from '@strongroom/envelope';

/** The fields of every request for a data key. */
export interface DataKeyUse {
  /** For whom the key is asked. The key service looks the caller up itself. */
  caller: CallerReference;
  /** The account that owns the secret. */
  accountId: string;
  place: SecretPlace;
  /** Epoch milliseconds. */
  deadline: number;
}

export interface DataKey {
  /** 32 bytes; the recipient must erase them after use. */
  plaintext: Buffer;
  /** The ARN of the customer key. */
  keyArn: string;
}

/**
 * The key service. All methods reject with the KMS error as a DomainError; with ServiceUnavailableException if the service is
 * unreachable for longer than the deadline allows; or with RequestTimeoutException.
 */
export interface DataKeys {
  /** @param keyId key id, key ARN, alias name or alias ARN; '' for the account's default key */
  generate(keyId: string, use: DataKeyUse): Promise<DataKey & { wrapped: Buffer }>;
  decrypt(wrapped: Buffer, use: DataKeyUse): Promise<DataKey>;
  /** Wraps a data key anew, under the newest material of its key, without opening it here. On nobody's behalf: ADR 19. */
  reEncrypt(wrapped: Buffer, use: Omit<DataKeyUse, 'caller'>): Promise<Buffer>;
}
