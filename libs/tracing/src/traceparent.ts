import { type SpanContext, TraceFlags } from '@opentelemetry/api';

/** A span of another process, in the form of W3C Trace Context. */
export interface RemoteParent {
  /** The header `traceparent` as it arrived, whatever it holds. */
  traceparent: string | undefined;
  /**
   * Whether a process of the cluster sent it. Then it decides whether the trace is recorded; from anybody else it only gives the
   * trace its id.
   */
  isTrusted: boolean;
}

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const LENGTH = 55;
const NOTHING = /^0+$/;

/** @returns undefined if it is no traceparent of version 00 */
export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  if (text?.length !== LENGTH) return undefined;
  const [, traceId, spanId, flags] = FORM.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags!, 16) & TraceFlags.SAMPLED, isRemote: true };
}

export const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;
