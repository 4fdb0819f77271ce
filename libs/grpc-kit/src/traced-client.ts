import { InterceptingCall, type Interceptor, status as Code } from '@grpc/grpc-js';
import { startSpan } from '@strongroom/tracing';
import { codeName } from './error-status';

/** The header of W3C Trace Context. Its companion `tracestate` is neither sent nor read. */
export const TRACEPARENT = 'traceparent';

/**
 * Makes a span for each unary call that is part of a trace, and sends its context to the server. Streams live as long as their
 * processes, so they get no spans.
 */
export const traced: Interceptor = (options, nextCall) => {
  const { path, requestStream, responseStream } = options.method_definition;
  const name = path.slice(1);
  const fields = { 'rpc.system.name': 'grpc', 'rpc.method': name };
  const span = requestStream || responseStream ? undefined : startSpan(name, { kind: 'client', fields });
  if (span === undefined) return new InterceptingCall(nextCall(options));
  return new InterceptingCall(nextCall(options), {
    start(metadata, _listener, next) {
      metadata.set(TRACEPARENT, span.traceparent);
      next(metadata, {
        onReceiveStatus(status, nextStatus) {
          if (status.code !== Code.OK) span.fail({ code: codeName(status.code) });
          span.end();
          nextStatus(status);
        },
      });
    },
  });
};
