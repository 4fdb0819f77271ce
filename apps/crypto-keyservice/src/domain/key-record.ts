import type { KeySpec, KeyUsage } from '@strongroom/key-algorithms';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingImport';

/** AWS: created by Strongroom itself, such as the key behind alias/aws/secretsmanager. */
export type KeyManager = 'AWS' | 'CUSTOMER';

/** AWS_KMS: the service made the material. EXTERNAL: it is imported. */
export type KeyOrigin = 'AWS_KMS' | 'EXTERNAL';

/** The kind of a key, which never changes. */
export interface KeyKind {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly origin: KeyOrigin;
}

/** The kind of a key unless its maker chooses another one. */
export const SYMMETRIC: KeyKind = { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', origin: 'AWS_KMS' };

export const isSymmetric = ({ spec }: Pick<KeyKind, 'spec'>): boolean => spec === SYMMETRIC.spec;

export interface WrappedMaterial {
  /** Starts at 1; increases with each rotation. */
  readonly version: number;
  /** Sealed by the root key. Undefined if it was imported, and has expired or been deleted since. */
  readonly wrapped: Buffer | undefined;
  /** KMS's KeyMaterialId: 64 hex digits. Undefined for material of before there were ids. */
  readonly materialId?: string | undefined;
  /** Of asymmetric keys: SubjectPublicKeyInfo in DER. */
  readonly publicKey?: Buffer | undefined;
}

/** The state of a customer key in the database at this moment. */
export interface KeyRecord extends KeyKind {
  /** 12 digits. */
  readonly accountId: string;
  /** UUID, lower case. */
  readonly keyId: string;
  readonly arn: string;
  readonly state: KeyState;
  readonly manager: KeyManager;
  readonly description: string;
  readonly createdAt: Date;
  /** Since when its last use is known. */
  readonly trackedSince: Date;
  /** When its material is destroyed; only while its deletion is pending. */
  readonly deletionAt?: Date | undefined;
  /** Until when all its material is there; undefined: for good. Past: some of it has expired or been deleted. */
  readonly materialUntil?: Date | undefined;
  /** The key policy, a JSON document. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Names of its aliases, with their `alias/`. */
  readonly aliases: readonly string[];
  /** The version that encrypts; every version decrypts. */
  readonly currentMaterial: number;
  /** The current one, and the one that was asked for. */
  readonly materials: readonly WrappedMaterial[];
}

/** The state at a moment: material that has expired is gone, even before somebody has deleted it. */
export function stateAt(now: Date, { state, materialUntil }: Pick<KeyRecord, 'state' | 'materialUntil'>): KeyState {
  return state !== 'PendingDeletion' && materialUntil && materialUntil <= now ? 'PendingImport' : state;
}

export interface AliasRecord {
  readonly accountId: string;
  /** With its `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
