import {
  type Context,
  context,
  createContextKey,
  type Link,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { errorType, type SpanFields, writableFields } from './span-fields';
import { formatTraceparent, parseTraceparent, type RemoteParent } from './traceparent';

export interface SpanOptions {
  /** Default: work inside this process. */
  kind?: 'server' | 'client' | 'producer' | 'consumer';
  fields?: SpanFields;
}

export interface EntryOptions extends SpanOptions, RemoteParent {
  /** Epoch milliseconds; default: now. */
  startedAt?: number;
}

/** The context of the code that asked for the work. */
export type TraceContext = Context;

/** A span that is under way. */
export interface Span {
  /** The header for another process. */
  readonly traceparent: string;
  set(fields: SpanFields): void;
  /** The name of an error; its text stays here. */
  fail(error: unknown): void;
  end(): void;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
/** The other calls that share the work of a context. */
const LINKS = createContextKey('strongroom.links');
const MAX_LINKS = 32;

/** Undefined if nothing is traced. */
let tracer: Tracer | undefined;
/** The share of traces to record, 0 to 1, among those that begin here or whose beginning is not trusted. */
let sampledShare = 1;

/** Sets the tracer that makes spans from now on; undefined for none. */
export function traceBy(itsTracer: Tracer | undefined, share = 1): void {
  tracer = itsTracer;
  sampledShare = share;
}

/** Whether anything is traced. Check it before you compute expensive attributes. */
export const isTracing = (): boolean => tracer !== undefined;

/** Runs `work` in a span of the current trace. Without a trace, or if nothing is traced, it only runs `work`. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span?: Span) => Promise<T>): Promise<T> {
  const active = context.active();
  if (tracer === undefined || trace.getSpan(active) === undefined) return work();
  return run(tracer, name, options, active, work);
}

/**
 * Runs `work` in the first span that this process has of a trace, which came from elsewhere or begins here. If nothing is traced,
 * it only runs `work`.
 */
export function inEntrySpan<T>(name: string, options: EntryOptions, work: (span?: Span) => Promise<T>): Promise<T> {
  if (tracer === undefined) return work();
  return run(tracer, name, options, contextOf(options), work);
}

/**
 * Starts a span of the current trace for work that ends elsewhere than it began: `end` must be called. Undefined without a trace.
 */
export function startSpan(name: string, options: SpanOptions): Span | undefined {
  const active = context.active();
  if (tracer === undefined || trace.getSpan(active) === undefined) return undefined;
  return new RunningSpan(start(tracer, name, options, active));
}

/** The W3C header that tells another process about the current span; undefined without one. */
export function traceparent(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active === undefined ? undefined : formatTraceparent(active);
}

/** The current context, for work that is done for several callers at once; undefined without one. */
export function currentTrace(): TraceContext | undefined {
  if (tracer === undefined) return undefined;
  const active = context.active();
  return trace.getSpan(active) === undefined ? undefined : active;
}

/**
 * Runs `work`, which is done for all of these at once, in the trace of the first of them that has one. Its spans name the others
 * as links.
 */
export function inTraceOf<T>(
  askers: readonly { readonly trace?: TraceContext | undefined }[],
  work: () => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work();
  const [first, ...others] = askers.flatMap((asker) => asker.trace ?? []);
  if (first === undefined) return context.with(ROOT_CONTEXT, work);
  const links = others.slice(0, MAX_LINKS).map((other): Link => ({ context: trace.getSpanContext(other)! }));
  return context.with(first.setValue(LINKS, links), work);
}

class RunningSpan implements Span {
  constructor(private readonly span: ApiSpan) {}

  get traceparent(): string {
    return formatTraceparent(this.span.spanContext());
  }

  set(fields: SpanFields): void {
    this.span.setAttributes(writableFields(fields));
  }

  fail(error: unknown): void {
    this.set({ 'error.type': errorType(error) });
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

function start(
  by: Tracer,
  name: string,
  { kind, fields = {}, startedAt }: SpanOptions & { startedAt?: number },
  parent: Context,
) {
  const options = {
    kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind],
    attributes: writableFields(fields),
    links: parent.getValue(LINKS) as Link[] | undefined,
    startTime: startedAt,
  };
  return by.startSpan(name, options, parent);
}

function run<T>(
  by: Tracer,
  name: string,
  options: SpanOptions & { startedAt?: number },
  parent: Context,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const apiSpan = start(by, name, options, parent);
  const span = new RunningSpan(apiSpan);
  return context.with(trace.setSpan(parent.deleteValue(LINKS), apiSpan), async () => {
    try {
      return await work(span);
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The sender of an untrusted header must not decide how much is recorded here. */
function contextOf({ traceparent: sent, isTrusted }: RemoteParent): Context {
  const parent = parseTraceparent(sent);
  if (parent === undefined) return ROOT_CONTEXT;
  const traceFlags = isTrusted ? parent.traceFlags : Math.random() < sampledShare ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags });
}
