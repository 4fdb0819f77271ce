import type { CallerReference } from '@strongroom/access';

/** For whom secrets-api asks about a key. */
export interface KeyAsker {
  caller: CallerReference;
  /** Epoch milliseconds. */
  deadline: number;
}

/** A customer key. */
export interface CustomerKeyFacts {
  arn: string;
  accountId: string;
  /** UUID, lower case. */
  keyId: string;
  /** The material that encrypts now. */
  materialVersion: number;
}

export interface KeyLastUsage {
  /** Decrypt, GenerateDataKey, …; absent: not used since then. */
  operation?: string;
  usedAt?: Date;
  trackedSince?: Date;
}

/**
 * Keys as a caller sees them. Every method rejects with the KMS error as a DomainError, such as AccessDeniedException if the
 * caller may not ask this; or with ServiceUnavailableException.
 */
export interface CustomerKeys {
  /** @param keyId key id, key ARN, alias name or alias ARN */
  describe(keyId: string, asker: KeyAsker): Promise<CustomerKeyFacts>;
  lastUsage(keyArn: string, asker: KeyAsker): Promise<KeyLastUsage>;
  /** `limit`: as many, or more. */
  grantCount(keyArn: string, limit: number, asker: KeyAsker): Promise<number>;
  aliasNames(keyArn: string, asker: KeyAsker): Promise<string[]>;
  /** Resolves if the caller may re-encrypt under the key whatever the encryption context, and the key can be used. */
  requireReEncryption(keyArn: string, asker: KeyAsker): Promise<void>;
}
