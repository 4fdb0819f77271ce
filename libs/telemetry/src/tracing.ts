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

/**
 * Makes spans of what the service does, and sends them. Must be called before the service connects to others. Without a configuration it does nothing, and nothing of
 * OpenTelemetry's SDK is loaded.
 */
export async function startTracing(service: string, config: TracingConfig | undefined, logger: Logger): Promise<Tracing> {
  if (config === undefined) return { close: () => Promise.resolve() };
  const { exportSpans } = await import('./span-export');
  return exportSpans(service, config, logger);
}
