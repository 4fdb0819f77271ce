import type { UsageCounters } from '@strongroom/contracts/strongroom/usage/v1/usage';

export type Period = 'hour' | 'day' | 'month';
export const DIMENSIONS = ['account', 'operation', 'principal', 'secret', 'tag'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface UsageQuestion {
  /** undefined: all accounts. */
  accountId: string | undefined;
  period: Period;
  /** Numbers of periods: hours and days from the Unix epoch, months from the year 0. */
  from: number;
  until: number;
  groupBy: ReadonlySet<Dimension>;
  /** Of the tag whose values are groups, if `groupBy` has tag. */
  tagKey?: string;
  filter: { principal?: string; secret?: string; operation?: string };
  /** Where the page before ended. */
  after: UsagePosition | undefined;
  limit: number;
}

/** Period, account, operation, the hexadecimal keys of principal and secret, and tag; empty where nothing is grouped by it. */
export type UsagePosition = readonly [string, string, string, string, string, string];

export interface UsageGroup {
  position: UsagePosition;
  period: number;
  accountId: string;
  operation: string;
  principal: string;
  secret: string;
  /** The value of the tag. */
  tag: string;
  counters: UsageCounters;
}

export interface PollerGroup {
  principal: string;
  secret: string;
  reads: bigint;
  repeated: bigint;
  busyHours: bigint;
  /** Repeated reads, and the hexadecimal keys of principal and secret. */
  position: readonly [string, string, string];
}

export interface IdleSecret {
  secret: string;
  createdAt: Date;
  lastReadAt: Date | undefined;
  /** Since when it is idle, ISO 8601, and its hexadecimal key. */
  position: readonly [string, string];
}

export interface UsageReports {
  usage(question: UsageQuestion, deadline: number): Promise<UsageGroup[]>;
  /** @param fromDay counted from the Unix epoch */
  pollers(
    accountId: string,
    fromDay: number,
    after: PollerGroup['position'] | undefined,
    limit: number,
    deadline: number,
  ): Promise<PollerGroup[]>;
  idleSecrets(
    accountId: string,
    idleBefore: Date,
    after: IdleSecret['position'] | undefined,
    limit: number,
    deadline: number,
  ): Promise<IdleSecret[]>;
}
