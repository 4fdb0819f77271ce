import type { Event, EventFilter, StreamTrailVerificationResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { Input, Output } from './fields';
import type { Mutation, Query } from './procedures';

export interface RecordsInput {
  filter?: Input<EventFilter>;
  /** 1 to 1,000, default 50. */
  maxResults?: number;
  nextToken?: string;
}

export interface PatternTrial {
  /** How many of the newest events were looked at, and how many of them the pattern matches. */
  readonly looked: number;
  readonly matched: number;
  /** The newest that match, at most 20. */
  readonly events: readonly Output<Event>[];
}

/** What the page asks of the trail beside the methods of AuditService. */
export type TrailProcedures = {
  /** As LookupEvents; each event is CloudTrail's record, a line of JSON. */
  records: Query<RecordsInput, { readonly lines: readonly string[]; readonly nextToken: string }>;
  /**
   * A step of StreamTrailVerification: what it reached within a few seconds, or its result. The next step goes on from the
   * `resumeToken`.
   */
  verify: Mutation<{ resumeToken?: string }, Output<StreamTrailVerificationResponse>>;
  /**
   * Proofs for strongroom-verify, one on each line: that an event is in the trail, or that the trail begins with all that
   * checkpoints, in the text `since`, stand for.
   */
  prove: Mutation<{ eventId?: string; since?: string }, { readonly lines: readonly string[] }>;
  /** Which of the newest events an event pattern matches. */
  tryPattern: Mutation<{ eventPattern: string }, PatternTrial>;
};

export interface StatementFile {
  readonly name: string;
  readonly text: string;
}

export type StatementProcedures = {
  /** The statement of a month, YYYY-MM, as CSV or as FOCUS 1.2. */
  file: Mutation<{ month: string; format: 'csv' | 'focus' }, StatementFile>;
};
