import { HTTP } from '@strongroom/bounds';
import type { Plan, Request } from '../requests/plan';
import type { Answer } from '../senders/answer';
import { type Finding, generalise } from './finding';

/** How much later than it should an answer may come: machines that fuzz are busy. Milliseconds. */
const MARGIN_MS = 8_000;
const HTTPS_MS = 30_000;
const INTERNAL_STATUSES = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS', '500', '501', '502'];
const INTERNAL_REASONS = ['InternalFailure', 'InternalServiceError', 'KMSInternalException', 'ServiceFailure'];
const AWAY_STATUSES = ['UNAVAILABLE', '503', 'broken'];
/** The issuer of a token is somebody else's. */
const AWAY_BY_RIGHT = ['IDPCommunicationError'];

/** What one answer shows by itself. */
export function checkAnswer(plan: Plan, request: Request, answer: Answer): Finding[] {
  const found = (check: string): Finding[] => [
    {
      check,
      target: plan.target,
      seen: generalise([answer.status, answer.reason, answer.message].filter((part) => part !== '').join(' ')),
      index: plan.index,
    },
  ];
  // What is over the server's bounds before it reads it is reset by the HTTP/2 library, which has one code for it.
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

/** The gateway answers before all of a body has come that is too long, and goes: the client may not see the answer. */
const mayBreak = ({ kind }: Plan, request: Request): boolean =>
  kind === 'headers' ||
  (request.via === 'https' &&
    request.body.length > (request.forgery !== undefined || request.isUnsigned ? HTTP.unsignedBodyBytes : HTTP.bodyBytes));
