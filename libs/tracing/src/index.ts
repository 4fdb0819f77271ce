export { type SpanFieldName, type SpanFields, spanFieldNames } from './span-fields';
export { parseTraceparent, type RemoteParent } from './traceparent';
export {
  currentTrace,
  type EntryOptions,
  inEntrySpan,
  inSpan,
  inTraceOf,
  isTracing,
  type Span,
  type SpanOptions,
  startSpan,
  type TraceContext,
  traceBy,
  traceparent,
} from './span';
