import { isDomainError } from '@strongroom/errors';
import type { CallHistogram, Logger } from '@strongroom/telemetry';
import type { Gateway } from '../gateway/gateway';
import { type HttpVisit } from './http-visit';
import type { WireResponse } from './request';
import { Sampler } from './sampler';

interface AnswererOptions {
  gateway: Gateway;
  logger: Logger;
  durations: CallHistogram;
  /** Which refusals at the door get a line: anybody can cause them. */
  sampler?: Sampler;
}

/** Lines a second of log for requests that did not become calls. */
const REFUSALS_LOGGED = 10;

/** Answers, counts and logs: one line for each call that failed, never its content, and for some of those that were turned away. */
export function requestAnswerer({ gateway, logger, durations, sampler = new Sampler(REFUSALS_LOGGED) }: AnswererOptions) {
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
      const leftOut = visit.isCall ? 0 : sampler.next();
      if (leftOut === undefined) return response;
      const durationMs = Math.round(performance.now() - startedAt);
      const count = leftOut === 0 ? undefined : leftOut;
      const fields = { requestId, method: asked, peer: visit.head.address, code, durationMs, count };
      if (failure === undefined) logger.warn('request failed', fields);
      else logger.error('request failed', { ...fields, error: causeOf(failure) });
      return response;
    } finally {
      visit.end();
    }
  };
}

/** What another service said is in its own log; its text may be meant for the caller alone. */
const causeOf = (failure: unknown): unknown => (isDomainError(failure) ? failure.cause : failure);
