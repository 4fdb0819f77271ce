import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { traceBy } from '@strongroom/tracing';
import { LogSampler } from './log-sampler';
import type { Logger } from './logger';

export interface TracingConfig {
  /** An OTLP receiver over HTTP, such as `http://localhost:4318`; spans go to `/v1/traces` there. */
  endpoint: string;
  /** Of the traces that begin in this process how many are recorded: 0 to 1. */
  sampledShare: number;
}

export interface Tracing {
  /** Sends what is left, and makes no more spans. */
  close(): Promise<void>;
}

const SEND_EVERY_MS = 1_000;
/** A receiver that is away is given up soon: nobody waits for spans. */
const TIMEOUT_MS = 5_000;
/** What is more than the receiver takes is dropped. */
const MAX_WAITING = 4_096;

/** OpenTelemetry's SDK, of which only a process that traces loads anything. */
export function exportSpans(service: string, { endpoint, sampledShare }: TracingConfig, logger: Logger): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: TIMEOUT_MS });
  const provider = new TracerProvider({
    // No detectors: they would tell of arguments, hosts and users.
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'strongroom' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledShare) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new ToldExporter(exporter, new LogSampler({ logger, perSecond: 1 })),
        scheduledDelayMillis: SEND_EVERY_MS,
        maxQueueSize: MAX_WAITING,
        exportTimeoutMillis: TIMEOUT_MS,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  traceBy(provider.getTracer('strongroom'), sampledShare);
  return {
    async close() {
      traceBy(undefined);
      await provider.shutdown().catch(() => undefined);
      context.disable();
      trace.disable();
    },
  };
}

/** Says in the log that spans are lost; the SDK says it to nobody. */
class ToldExporter implements SpanExporter {
  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: LogSampler,
  ) {}

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.exporter.export(spans, (result) => {
      if (result.error !== undefined || Number(result.code) !== 0)
        this.log.warn('spans', 'spans were not taken', { count: spans.length });
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }
}
