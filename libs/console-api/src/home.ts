import type { Part } from './problem';
import type { Query } from './procedures';

/** At most `MAX_OF_A_PART` of the console; `more` says that there are others. */
export interface Findings<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

export interface SecretOnHome {
  readonly arn: string;
  readonly name: string;
}
export interface FailedRotation extends SecretOnHome {
  readonly failedAt: Date;
  /** Such as AccessDeniedException. */
  readonly errorCode: string;
  readonly errorMessage: string;
}
export interface OverdueRotation extends SecretOnHome {
  readonly dueSince: Date;
}
export interface PlannedDeletion extends SecretOnHome {
  /** When it is gone for good. */
  readonly purgeDate: Date;
}
export interface CanaryRead extends SecretOnHome {
  readonly eventId: string;
  readonly readAt: Date;
  /** The ARN of whoever read it. */
  readonly readBy: string;
  readonly sourceIp: string;
}
export interface TrailState {
  /** How many events the account's trail holds, and when its newest checkpoint was signed. */
  readonly events: bigint;
  readonly checkpointAt?: Date;
  /** When somebody last verified the trail, and whether it was whole; absent: nobody has in the last 90 days. */
  readonly verifiedAt?: Date;
  readonly verifiedBy?: string;
}
export interface EndingCertificate {
  /** Such as `secrets-api`, or `HTTPS of console`. */
  readonly of: string;
  readonly endsAt: Date;
}

/** What needs attention. Each part says by itself if the person may not see it. */
export interface Overview {
  /** Of the last seven days, unless they have succeeded since. */
  readonly failedRotations: Part<Findings<FailedRotation>>;
  readonly overdueRotations: Part<Findings<OverdueRotation>>;
  readonly plannedDeletions: Part<Findings<PlannedDeletion>>;
  /** Of the last seven days. */
  readonly canaryReads: Part<Findings<CanaryRead>>;
  readonly trail: Part<TrailState>;
  /** Those that end within 30 days. */
  readonly certificates: Part<Findings<EndingCertificate>>;
}

export type HomeProcedures = {
  overview: Query<object, Overview>;
};
