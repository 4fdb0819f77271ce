import { type AuditCalls, StrongroomError } from '@strongroom/client';
import type { Finding, VerifyTrailResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';

export interface Verification {
  result: VerifyTrailResponse;
  /** Of all streams that it took, in order. */
  findings: Finding[];
  /** To continue later. */
  resumeToken?: string;
}

/** Streams that may break one after the other before any progress. */
const MAX_BREAKS = 5;

/**
 * Verifies the trail to its end. A stream that breaks is continued where it was.
 *
 * @throws StrongroomError, CliError if it keeps breaking
 */
export const verifyTrail = async (
  audit: Pick<AuditCalls, 'streamTrailVerification'>,
  {
    resumeToken,
    signal,
    progress,
  }: { resumeToken?: string; signal: AbortSignal; progress?: (verified: number, of: number) => void },
): Promise<Verification> => {
  const findings: Finding[] = [];
  let token = resumeToken;
  for (let breaks = 0; breaks < MAX_BREAKS; breaks++) {
    try {
      for await (const message of audit.streamTrailVerification({ resumeToken: token }, { signal })) {
        findings.push(...message.findings);
        if (message.resumeToken !== '') token = message.resumeToken;
        progress?.(Number(message.sequence), Number(message.endSequence));
        if (message.result) return { result: message.result, findings, resumeToken: token };
        breaks = 0;
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof StrongroomError) || !CONTINUES.has(error.kind) || breaks === MAX_BREAKS - 1)
        throw error;
    }
  }
  throw new CliError('The verification ends before its result each time.', {
    exitCode: EXIT.unavailable,
    hint: token === undefined ? undefined : `To continue: strongroom trail verify --resume-token ${token}`,
  });
};

const CONTINUES: ReadonlySet<StrongroomError['kind']> = new Set(['unavailable', 'deadline-exceeded', 'aborted']);

export const describeFinding = ({ kind, sequence, detail }: Finding): string => `event ${sequence}: ${kind}, ${detail}`;
