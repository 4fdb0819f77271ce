/**
 * - managed: another service owns the secret and rotates it
 * - rotating: its rotation is on
 * - static: nobody but people changes it
 */
export const SECRET_CLASSES = ['managed', 'rotating', 'static'] as const;
export type SecretClass = (typeof SECRET_CLASSES)[number];

/** All secrets of a cluster in figures; those that are scheduled for deletion count nowhere. */
export interface Fleet {
  classes: ReadonlyMap<SecretClass, ClassFigures>;
  /** When a rotation of any secret succeeded last; absent: none did. */
  lastRotatedAt?: Date;
  /** Secrets whose rotation window has passed without a rotation. */
  overdue: number;
}

export interface ClassFigures {
  secrets: number;
  /** When the oldest of their values was made: of the versions that are AWSCURRENT. Absent: no secret has one. */
  oldestVersionAt?: Date;
}

export interface FleetReader {
  /** Reads all secrets, piece by piece. */
  read(now: Date): Promise<Fleet>;
}
