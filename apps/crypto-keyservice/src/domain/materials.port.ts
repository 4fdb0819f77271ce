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

export type RotatedKey = Pick<KeyRecord, 'accountId' | 'keyId' | 'arn'>;

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
    beforeCommit: (key: RotatedKey, material: WrappedMaterial) => Promise<void>,
  ): Promise<void>;
}
