import { HTTP } from '@strongroom/bounds';
import type { Plan, Request } from '../requests/plan';
import type { Answer } from '../senders/answer';
import { type Finding, generalise } from './finding';

/** The tolerated delay of an answer, because machines that fuzz are busy; milliseconds. */
const MARGIN_MS = 8_000;
const HTTPS_MS = 30_000;
const INTERNAL_STATUSES = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS', '500', '501', '502'];
const INTERNAL_REASONS = ['InternalFailure', 'InternalServiceError', 'KMSInternalException', 'ServiceFailure'];
const AWAY_STATUSES = ['UNAVAILABLE', '503', 'broken'];
/** Somebody else runs the issuer of a token. */
const AWAY_BY_RIGHT = ['IDPCommunicationError'];

/** The findings in a single answer. */
export function checkAnswer(plan: Plan, request: Request, answer: Answer): Finding[] {
  const found = (check: string): Finding[] => [
    {
      check,
      target: plan.target,
      seen: generalise([answer.status, answer.reason, answer.message].filter((part) => part !== '').join(' ')),
      index: plan.index,
    },
  ];
  // The HTTP/2 library resets what exceeds the server's limits before it is read, and has one code for it.
  if (plan.kind === 'headers' && answer.message.startsWith('Received RST_STREAM')) return [];
  if (INTERNAL_STATUSES.includes(answer.status) || INTERNAL_REASONS.includes(answer.reason)) return found('internal error');
  if (request.via === 'wire')
    return answer.reason.startsWith('5') && answer.reason !== '505' && answer.reason !== '501' ? found('internal error') : [];
  if (isLate(request, answer)) return found('over its deadline');
  if (AWAY_STATUSES.includes(answer.status) && !AWAY_BY_RIGHT.includes(answer.reason) && !mayBreak(plan, request))
    return found('away');
  return [];
}

const isLate = (request: Exclude<Request, { via: 'wire' }>, { status, elapsedMs }: Answer): boolean => {
  if (request.via === 'https') return status === 'timeout' || elapsedMs > HTTPS_MS + MARGIN_MS;
  const hadTime = request.timeoutMs >= 5_000;
  return status === 'timeout' || (hadTime && status === 'DEADLINE_EXCEEDED') || elapsedMs > request.timeoutMs + MARGIN_MS;
};

/**
 * The gateway answers a body that is too long before all of it has arrived, and closes the connection, so the client may not see
 * the answer.
 */
const mayBreak = ({ kind }: Plan, request: Request): boolean =>
  kind === 'headers' ||
  (request.via === 'https' &&
    request.body.length > (request.forgery !== undefined || request.isUnsigned ? HTTP.unsignedBodyBytes : HTTP.bodyBytes));
