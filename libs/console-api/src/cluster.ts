import type { Query } from './procedures';

export interface ServiceHealth {
  /** Such as `secrets-api`. */
  readonly name: string;
  /** `unreachable`: it does not answer within two seconds. */
  readonly state: 'serving' | 'not-serving' | 'unreachable';
  /** How long its answer took, in milliseconds. */
  readonly tookMs?: number;
  /** When the certificate that it shows ends. */
  readonly certificateEndsAt?: Date;
}

export interface ClusterHealth {
  readonly services: readonly ServiceHealth[];
  readonly checkedAt: Date;
}

export type ClusterProcedures = {
  health: Query<object, ClusterHealth>;
  /** Of the console itself. */
  version: Query<object, { readonly version: string; readonly region: string }>;
};
