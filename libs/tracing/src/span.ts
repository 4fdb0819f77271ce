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
  /** Default: work of this process. */
  kind?: 'server' | 'client' | 'producer' | 'consumer';
  fields?: SpanFields;
}

export interface EntryOptions extends SpanOptions, RemoteParent {
  /** Epoch milliseconds; default: now. */
  startedAt?: number;
}

/** What was under way where it was asked for. */
export type TraceContext = Context;

/** A span that is under way. */
export interface Span {
  /** What tells another process of it. */
  readonly traceparent: string;
  set(fields: SpanFields): void;
  /** By the name of an error; its text stays here. */
  fail(error: unknown): void;
  end(): void;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
/** The other calls that share what is done in a context. */
const LINKS = createContextKey('strongroom.links');
const MAX_LINKS = 32;

/** Undefined: nothing is traced. */
let tracer: Tracer | undefined;
/** Of the traces that begin here, and of those whose beginning is not trusted, how many are recorded: 0 to 1. */
let sampledShare = 1;

/** Makes spans by `itsTracer` from now on; undefined: none. */
export function traceBy(itsTracer: Tracer | undefined, share = 1): void {
  tracer = itsTracer;
  sampledShare = share;
}

/** Whether anything is traced at all. What costs something just to be described asks first. */
export const isTracing = (): boolean => tracer !== undefined;

/** Runs `work` in a span of the trace that is under way; without one, or when nothing is traced, just runs it. */
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

/** The W3C header that tells another process what is under way here; undefined when nothing is. */
export function traceparent(): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active === undefined ? undefined : formatTraceparent(active);
}

/** What is under way, for work that is done for several at once; undefined when nothing is. */
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

/** The sender of an untrusted parent must not decide how much is recorded here. */
function contextOf({ traceparent: sent, isTrusted }: RemoteParent): Context {
  const parent = parseTraceparent(sent);
  if (parent === undefined) return ROOT_CONTEXT;
  const traceFlags = isTrusted ? parent.traceFlags : Math.random() < sampledShare ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags });
}
