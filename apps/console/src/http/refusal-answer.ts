import { type Problem, transformer } from '@strongroom/console-api';
import type { Refusal } from './request-guard';

const kinds: Readonly<Record<Refusal['status'], Pick<Problem, 'kind' | 'reason'>>> = {
  403: { kind: 'permission-denied', reason: 'AccessDeniedException' },
  411: { kind: 'invalid-argument', reason: 'InvalidParameterException' },
  413: { kind: 'invalid-argument', reason: 'InvalidParameterException' },
  415: { kind: 'invalid-argument', reason: 'InvalidParameterException' },
  421: { kind: 'invalid-argument', reason: 'InvalidParameterException' },
  426: { kind: 'invalid-argument', reason: 'InvalidParameterException' },
  429: { kind: 'resource-exhausted', reason: 'ThrottlingException' },
  503: { kind: 'unavailable', reason: 'ServiceUnavailableException' },
};

/** A refusal as the page's client reads it: the error of a call. */
export function refusalAsTrpc({ status, message, retryAfterMs }: Refusal, requestId: string): string {
  const problem: Problem = { ...kinds[status], message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), requestId };
  const data = { code: problem.reason, httpStatus: status, problem };
  return JSON.stringify({ error: transformer.serialize({ message, code: INVALID_REQUEST, data }) });
}

/** JSON-RPC's number; the page looks at `data`. */
const INVALID_REQUEST = -32_600;
