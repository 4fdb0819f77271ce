import { isDomainError } from '@strongroom/errors';
import type { CallHistogram, Logger, Metrics } from '@strongroom/telemetry';
import { AwsError } from '../aws-error';
import type { Answered, Gateway } from '../gateway/gateway';
import { type IncomingRequest, readRequest } from './read-request';
import type { WireRequest, WireResponse } from './request';

/** Requests at a time; more are told to come again. */
const MAX_IN_FLIGHT = 2_048;

interface AnswererOptions {
  gateway: Gateway;
  logger: Logger;
  metrics: Metrics;
  durations: CallHistogram;
}

/** Reads, answers, counts and logs: one line for each request that failed, never its content. */
export function requestAnswerer({ gateway, logger, metrics, durations }: AnswererOptions) {
  const timers = new Map<string, (code: string, seconds: number) => void>();
  const timerOf = (method: string) => {
    const timer = timers.get(method) ?? durations.of(method);
    timers.set(method, timer);
    return timer;
  };

  return async (incoming: IncomingRequest, secure: boolean): Promise<WireResponse | undefined> => {
    const startedAt = performance.now();
    metrics.inFlight++;
    try {
      const answered = await (metrics.inFlight > MAX_IN_FLIGHT ? gateway.refuse(busy()) : answerOf(gateway, incoming, secure));
      if (answered === undefined) return undefined;
      const { response, requestId, method, code, failure } = answered;
      timerOf(method)(code, (performance.now() - startedAt) / 1_000);
      if (code !== 'OK') {
        const durationMs = Math.round(performance.now() - startedAt);
        const fields = { requestId, method, peer: incoming.socket?.remoteAddress, code, durationMs };
        if (failure === undefined) logger.warn('request failed', fields);
        else logger.error('request failed', { ...fields, error: causeOf(failure) });
      }
      return response;
    } finally {
      metrics.inFlight--;
    }
  };
}

async function answerOf(gateway: Gateway, incoming: IncomingRequest, secure: boolean): Promise<Answered | undefined> {
  let request: WireRequest;
  try {
    request = await readRequest(incoming, secure);
  } catch (error) {
    return error instanceof AwsError ? gateway.refuse(error) : undefined;
  }
  return gateway.answer(request);
}

const busy = (): AwsError => new AwsError('ThrottlingException', 'Rate exceeded');

/** What another service said is in its own log; its text may be meant for the caller alone. */
const causeOf = (failure: unknown): unknown => (isDomainError(failure) ? failure.cause : failure);
