import type { EncryptionContext } from '@strongroom/envelope';
import type { KeyOperationName } from './key-operations';

/** What CreateGrant asks for. */
export interface GrantTerms {
  /** With a name, a repeated request finds the grant that it made before. */
  readonly name: string | undefined;
  /** Who may use the key: the ARN of a principal, or the name of a service. */
  readonly grantee: string;
  /** Who may retire the grant. */
  readonly retiring: string | undefined;
  readonly operations: readonly KeyOperationName[];
  readonly constraints: GrantConstraints;
}

export interface GrantConstraints {
  /** The use's encryption context has these pairs. */
  readonly encryptionContextSubset: EncryptionContext;
  /** The use's encryption context is this; empty: no constraint. */
  readonly encryptionContextEquals: EncryptionContext;
  /** The resource for which a service uses the key. */
  readonly sourceArn: string | undefined;
}

/** A grant as it is stored. */
export interface Grant extends GrantTerms {
  /** 64 hex digits. */
  readonly grantId: string;
  readonly keyId: string;
  /** The account whose principal made it, 12 digits. */
  readonly issuingAccountId: string;
  readonly createdAt: Date;
  /** Authenticates the grant's tokens: 32 bytes. */
  readonly tokenKey: Buffer;
}

/** The most grants of one key. */
export const MAX_GRANTS_PER_KEY = 50_000;

/**
 * The most grants of one key to one principal. They are all read when policies do not allow the principal's call, so that a key
 * must not have many.
 */
export const MAX_GRANTS_PER_GRANTEE = 1_000;
