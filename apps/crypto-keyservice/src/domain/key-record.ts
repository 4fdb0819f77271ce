import { invalidKeyState, keyDisabled } from './key-errors';

/** PendingDeletion is reserved: nothing schedules a deletion yet. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** AWS: created by Strongroom itself, such as the key behind alias/aws/secretsmanager. */
export type KeyManager = 'AWS' | 'CUSTOMER';

/** The kind of all keys, in KMS's terms. */
export const KEY_KIND = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT', origin: 'AWS_KMS' } as const;

export interface WrappedMaterial {
  /** Starts at 1; increases with each rotation. */
  readonly version: number;
  /** Sealed by the root key. */
  readonly wrapped: Buffer;
}

/** The state of a customer key in the database at this moment. */
export interface KeyRecord {
  /** 12 digits. */
  readonly accountId: string;
  /** UUID, lower case. */
  readonly keyId: string;
  readonly arn: string;
  readonly state: KeyState;
  readonly manager: KeyManager;
  readonly description: string;
  readonly createdAt: Date;
  /** The key policy, a JSON document. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Names of its aliases, with their `alias/`. */
  readonly aliases: readonly string[];
  /** The version that encrypts; every version decrypts. */
  readonly currentMaterial: number;
  readonly materials: readonly WrappedMaterial[];
}

export interface AliasRecord {
  readonly accountId: string;
  /** With its `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** @throws DomainError DisabledException, KMSInvalidStateException */
export function requireEnabled(key: Pick<KeyRecord, 'arn' | 'state'>): void {
  if (key.state === 'Disabled') throw keyDisabled(`${key.arn} is disabled.`);
  requireNotPendingDeletion(key);
}

/** @throws DomainError KMSInvalidStateException */
export function requireNotPendingDeletion({ arn, state }: Pick<KeyRecord, 'arn' | 'state'>): void {
  if (state === 'PendingDeletion') throw invalidKeyState(`${arn} is pending deletion.`);
}
