import type { GRPC } from '@strongroom/bounds';
import type { LogSampler, Logger, Metrics } from '@strongroom/telemetry';
import type { FairGate, FairShare, Quota } from '@strongroom/fairness';
import type { Credential, UnidentifiedCall } from './server-options';

/** What all calls of one server share. */
export interface ServerRuntime {
  readonly service: string;
  readonly logger: Logger;
  readonly refusedCalls: LogSampler;
  readonly metrics: Metrics;
  readonly maxDeadlineMs: number;
  readonly maxBufferedBytes: number;
  readonly bounds: typeof GRPC;
  authenticate(credential: Credential, call: UnidentifiedCall): Promise<unknown>;
  accountOf(caller: unknown, credential: Credential): string;
  callerOf(caller: unknown, credential: Credential): string;
  onRefused?(call: UnidentifiedCall & { caller?: unknown }, error: unknown): Promise<void> | void;
  /** Unary calls under way, by account. */
  readonly places: FairShare;
  /** Those of them that are being worked on: accounts take turns. */
  readonly turns: FairGate;
  /** Calls without credential under way, by address. */
  readonly strangersCalls: Quota;
  /** Credentials of strangers that are being looked at, by address. */
  readonly proofs: Quota;
  /** Bytes of unfinished messages without credential, by address; and of callers, by account. */
  readonly strangersBytes: Quota;
  readonly callersBytes: Quota;
  /** Open streams, for the drain. */
  readonly streams: Set<{ drain(): void }>;
  isDraining: boolean;
}
