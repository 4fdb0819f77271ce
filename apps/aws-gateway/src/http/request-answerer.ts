import { isDomainError } from '@strongroom/errors';
import { type CallHistogram, type Logger, LogSampler } from '@strongroom/telemetry';
import type { Gateway } from '../gateway/gateway';
import type { HttpVisit } from './http-visit';
import type { WireResponse } from './request';

interface AnswererOptions {
  gateway: Gateway;
  logger: Logger;
  durations: CallHistogram;
}

/** Answers, counts and logs. A failed request gets a log line without its content; of many similar failures only some do. */
export function requestAnswerer({ gateway, logger, durations }: AnswererOptions) {
  const log = new LogSampler({ logger });
  const timers = new Map<string, (code: string, seconds: number) => void>();
  const timerOf = (method: string) => {
    const timer = timers.get(method) ?? durations.of(method);
    timers.set(method, timer);
    return timer;
  };

  return async (visit: HttpVisit): Promise<WireResponse | undefined> => {
    const startedAt = performance.now();
    try {
      const answered = await gateway.answer(visit);
      if (answered === undefined) return undefined;
      const { response, requestId, asked, method, code, failure } = answered;
      timerOf(method)(code, (performance.now() - startedAt) / 1_000);
      if (code === 'OK') return response;
      const durationMs = Math.round(performance.now() - startedAt);
      const fields = { requestId, method: asked, peer: visit.head.address, code, durationMs };
      const kind = `${code} ${method}`;
      if (failure === undefined) log.warn(kind, 'request failed', fields);
      else log.error(kind, 'request failed', { ...fields, error: causeOf(failure) });
      return response;
    } finally {
      visit.end();
    }
  };
}

/** The other service has logged its error; the text may be meant for the caller alone. */
const causeOf = (failure: unknown): unknown => (isDomainError(failure) ? failure.cause : failure);
