import type { KeyRecord, WrappedMaterial } from './key-record';
import type { RotationSchedule, WriteOptions } from './keys.port';

export type RotationType = 'AUTOMATIC' | 'ON_DEMAND';

/** One material of a key, as lists show it. */
export interface MaterialRecord extends WrappedMaterial {
  /** Of imported material. */
  readonly description?: string | undefined;
  /** What made it current; undefined for the first one, and for one that waits for its rotation. */
  readonly rotationType?: RotationType | undefined;
  readonly rotatedAt?: Date | undefined;
  /** When imported material expires. */
  readonly expiresAt?: Date | undefined;
}

/** Makes the material of a version for a key that nobody else can change meanwhile. */
export type MakeMaterial = (key: Pick<KeyRecord, 'accountId' | 'keyId'>, version: number) => WrappedMaterial;

export type ImportType = 'NEW_KEY_MATERIAL' | 'EXISTING_KEY_MATERIAL';

/** What somebody imports, in memory. */
export interface ImportedMaterial {
  /** As `keyMaterialIdOf` tells it, for every kind of key. */
  readonly materialId: string;
  readonly publicKey?: Buffer | undefined;
  /** The material as it is stored under a version. */
  seal(version: number): Buffer;
  forget(): void;
}

export interface MaterialImport {
  material: ImportedMaterial;
  /** Default: EXISTING_KEY_MATERIAL if the key has had material. */
  importType: ImportType | undefined;
  /** Which material it must be. */
  materialId: string | undefined;
  /** Default: the one that the same material had. */
  description: string | undefined;
  expiresAt: Date | undefined;
}

/** The imported materials of keys. A key is usable while all are there that it encrypts with or ever has. */
export interface ImportStore {
  /**
   * Stores the first material of a key, one more that waits for its rotation, or one that the key had before. The key is enabled
   * once nothing is missing.
   * @throws DomainError NotFoundException, KMSInvalidStateException, IncorrectKeyMaterialException
   */
  import(keyId: string, material: MaterialImport, options: WriteOptions): Promise<void>;
  /**
   * Deletes a material, the current one unless another is named.
   * @returns its id; '' if the key has never had one
   * @throws DomainError NotFoundException
   */
  deleteMaterial(keyId: string, materialId: string | undefined, options: WriteOptions<string>): Promise<string>;
  /** Keys of which some material has expired. */
  dueForExpiry(now: Date, limit: number): Promise<string[]>;
  /**
   * Deletes what has expired of a key.
   * @param beforeCommit as in `WriteOptions`, with the ids of what was deleted
   */
  expire(keyId: string, beforeCommit: (key: OwnedKey, materialIds: string[]) => Promise<void>): Promise<void>;
}

export type OwnedKey = Pick<KeyRecord, 'accountId' | 'keyId' | 'arn'>;

/** The materials of a key, and how they follow one another. */
export interface RotationStore {
  /** In the order of their versions. @param onlyRotations without the first one, and without one that waits for its rotation */
  listMaterials(keyId: string, page: { after: number; limit: number; onlyRotations: boolean }): Promise<MaterialRecord[]>;
  scheduleOf(keyId: string): Promise<RotationSchedule>;
  /**
   * Makes new material current: the imported one that waits for it, or else one that `make` makes.
   * @returns what is current now
   * @throws DomainError NotFoundException, DisabledException, KMSInvalidStateException, LimitExceededException, ConflictException
   */
  rotateOnDemand(keyId: string, make: MakeMaterial, options: WriteOptions<WrappedMaterial>): Promise<WrappedMaterial>;
  /** Enabled keys whose rotation is due, the first due first. */
  dueForRotation(now: Date, limit: number): Promise<string[]>;
  /**
   * Makes new material current and sets the next date, if the rotation is still due; otherwise does nothing.
   * @param beforeCommit as in `WriteOptions`
   */
  rotateDue(
    keyId: string,
    make: MakeMaterial,
    beforeCommit: (key: OwnedKey, material: WrappedMaterial) => Promise<void>,
  ): Promise<void>;
}
