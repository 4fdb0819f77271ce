import type { Output } from '@strongroom/console-api';
import type { Finding, VerifyTrailResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';

/** What one step of a verification brings. */
export interface VerificationStep {
  eventsVerified: bigint;
  sequence: bigint;
  endSequence: bigint;
  findings: readonly Finding[];
  /** Empty if nothing can follow; then the token of the step before continues. */
  resumeToken: string;
  /** In the last step. */
  result?: Pick<Output<VerifyTrailResponse>, 'valid' | 'eventsVerified' | 'lastSequence' | 'lastHash'> | undefined;
}

/** How far a verification of the trail has come. */
export interface Verification {
  /** To continue from. Empty at the beginning. */
  readonly resumeToken: string;
  readonly sequence: bigint;
  readonly endSequence: bigint;
  readonly eventsVerified: bigint;
  readonly findings: readonly Finding[];
  readonly result?: VerificationStep['result'] | undefined;
}

export const NOT_VERIFIED: Verification = { resumeToken: '', sequence: 0n, endSequence: 0n, eventsVerified: 0n, findings: [] };

/** A page shows no more of them. */
const MAX_FINDINGS = 1_000;

export function afterStep(verification: Verification, step: VerificationStep): Verification {
  return {
    resumeToken: step.resumeToken || verification.resumeToken,
    sequence: step.sequence,
    endSequence: step.endSequence,
    eventsVerified: step.eventsVerified,
    findings: [...verification.findings, ...step.findings].slice(0, MAX_FINDINGS),
    result: step.result,
  };
}

/** Of 100, to show. It is 100 only when the verification has ended. */
export function percentOf({ sequence, endSequence, result }: Verification): number {
  if (result) return 100;
  return endSequence === 0n ? 0 : Math.min(99, Number((100n * sequence) / endSequence));
}
